use resilience::retry;

#[retry(backoff = exponential(30s))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
