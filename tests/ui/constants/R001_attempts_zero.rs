#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

const NONE: u32 = 0;

#[retry(attempts = NONE)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
