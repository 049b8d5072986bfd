#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry(on_retry = 3)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
