#[path = "../support.rs"]
mod support;

use std::time::Duration;

use resilience::retry;
use support::Error;

const BASE: Duration = Duration::from_secs(30);

#[retry(backoff = exponential(BASE))]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
