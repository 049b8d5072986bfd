use resilience::bulkhead;

#[bulkhead]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
