use resilience::bulkhead;

#[bulkhead(10s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
