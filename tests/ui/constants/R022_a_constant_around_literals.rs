#[path = "../support.rs"]
mod support;

use resilience::{retry, timeout};
use support::Error;

const LIMIT: std::time::Duration = std::time::Duration::from_secs(2);

#[timeout(LIMIT)]
#[retry(max = 5, backoff = linear(1s), jitter = none)]
async fn call(n: u64) -> Result<u64, Error> {
    Ok(n)
}

fn main() {}
