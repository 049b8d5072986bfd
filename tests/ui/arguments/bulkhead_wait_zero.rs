use resilience::bulkhead;

#[bulkhead(10, wait = 0s)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
