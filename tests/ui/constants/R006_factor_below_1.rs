#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

const FACTOR: f64 = 0.5;

#[retry(backoff = exponential(1s, factor = FACTOR))]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
