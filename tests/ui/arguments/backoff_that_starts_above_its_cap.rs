use resilience::retry;

#[retry(backoff = exponential(5s, cap = 1s))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
