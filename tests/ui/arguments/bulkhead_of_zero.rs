use resilience::bulkhead;

#[bulkhead(0)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
