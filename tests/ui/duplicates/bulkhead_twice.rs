use resilience::bulkhead;

#[bulkhead(10)]
#[bulkhead(5)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
