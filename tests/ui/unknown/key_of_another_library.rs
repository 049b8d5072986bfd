#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry(retries = 3)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
