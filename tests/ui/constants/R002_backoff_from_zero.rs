#[path = "../support.rs"]
mod support;

use std::time::Duration;

use resilience::retry;
use support::Error;

const NOTHING: Duration = Duration::ZERO;

#[retry(backoff = constant(NOTHING))]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
