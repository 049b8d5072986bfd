use resilience::retry;

#[retry(max = , jitter = full)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
