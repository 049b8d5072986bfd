use resilience::retry;

#[retry(backoff = constant(1s, factor = 2))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
