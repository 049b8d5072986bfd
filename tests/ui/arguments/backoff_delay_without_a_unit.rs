use resilience::retry;

#[retry(backoff = constant(5))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
