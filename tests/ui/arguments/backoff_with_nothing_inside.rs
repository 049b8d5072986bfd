use resilience::retry;

#[retry(backoff = exponential())]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
