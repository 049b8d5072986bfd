use resilience::bulkhead;

#[bulkhead(-1)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
