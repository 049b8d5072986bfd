#[path = "../support.rs"]
mod support;

use resilience::{retry, timeout};
use support::Error;

#[timeout(2s)]
#[retry(tries = 3, max = 0s, backoff = exponential(30s))]
#[timeout(3s)]
async fn call(n: u64) -> Result<u64, Error> {
    Ok(n)
}

fn main() {}
