#[path = "../support.rs"]
mod support;

use resilience::timeout;
use support::Error;

#[timeout(5 * 60s)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
