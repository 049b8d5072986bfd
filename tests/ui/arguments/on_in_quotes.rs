#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry(on = "Retryable")]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
