#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry(crate = ::robust)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
