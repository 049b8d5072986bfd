#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

fn schedule() -> u32 {
    3
}

#[retry(backoff = schedule())]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
