#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry(backoff = 100ms)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
