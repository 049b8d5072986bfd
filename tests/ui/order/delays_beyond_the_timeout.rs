use resilience::{retry, timeout};

#[timeout(5s)]
#[retry(max = 3, backoff = exponential(1s), jitter = none)]
async fn call() -> Result<(), ()> {
    Ok(())
}

fn main() {}
