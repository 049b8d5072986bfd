use resilience::bulkhead;

#[bulkhead(10, burst = 20)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
