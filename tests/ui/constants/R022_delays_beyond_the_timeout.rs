#[path = "../support.rs"]
mod support;

use std::time::Duration;

use resilience::{retry, timeout};
use support::Error;

const BASE: Duration = Duration::from_secs(1);

#[timeout(5s)]
#[retry(backoff = exponential(BASE), jitter = none)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
