use resilience::retry;

#[retry(backoff = constant(1s, cap = 2s))]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
