#[path = "../support.rs"]
mod support;

use resilience::fallback;
use support::Error;

async fn other() -> Result<(), Error> {
    Ok(())
}

#[fallback(with = other)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
