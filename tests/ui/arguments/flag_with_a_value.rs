#[path = "../support.rs"]
mod support;

use resilience::timeout;
use support::Error;

#[timeout(10s, fits = true)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
