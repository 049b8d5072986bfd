use resilience::retry;

#[retry(backoff = exponential(1ms, cap = 1s, cap = 2s))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
