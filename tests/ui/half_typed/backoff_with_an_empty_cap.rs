use resilience::retry;

#[retry(backoff = exponential(100ms, cap = ))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
