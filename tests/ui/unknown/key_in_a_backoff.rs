use resilience::retry;

#[retry(backoff = linear(1s, step = 2s))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
