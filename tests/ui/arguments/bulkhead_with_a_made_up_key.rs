use resilience::bulkhead;

#[bulkhead(max = 10)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
