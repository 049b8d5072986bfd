#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry(max = 3 backoff = constant(1s))]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
