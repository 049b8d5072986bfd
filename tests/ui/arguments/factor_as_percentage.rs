use resilience::retry;

#[retry(backoff = exponential(100ms, factor = 50%))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
