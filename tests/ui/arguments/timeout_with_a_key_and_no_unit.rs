#[path = "../support.rs"]
mod support;

use resilience::timeout;
use support::Error;

#[timeout(seconds = 5)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
