use resilience::bulkhead;

#[bulkhead("10")]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
