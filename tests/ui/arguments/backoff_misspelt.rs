use resilience::retry;

#[retry(backoff = exponental(100ms))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
