use resilience::{retry, timeout};

#[timeout(30s, fits)]
#[retry(max = 3, backoff = exponential(1s), on = _)]
#[timeout(10s)]
async fn call() -> Result<u32, std::io::Error> {
    Ok(1)
}

fn main() {}
