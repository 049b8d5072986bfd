use resilience::retry;

#[retry(backoff = exponential(100ms, factor = 0.5))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
