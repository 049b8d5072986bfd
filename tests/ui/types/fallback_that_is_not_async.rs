#[path = "../support.rs"]
mod support;

use resilience::fallback;
use support::Error;

fn other() -> Result<(), Error> {
    Ok(())
}

#[fallback(other)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
