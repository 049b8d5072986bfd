#[path = "../support.rs"]
mod support;

use resilience::fallback;
use support::Error;

async fn other() -> Result<u32, Error> {
    Ok(3)
}

#[fallback(other)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
