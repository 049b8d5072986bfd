use resilience::retry;

#[retry(backoff = constant(0s))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
