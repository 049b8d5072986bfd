use resilience::retry;

#[retry(backoff = exponential(100ms, factor = 2s))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
