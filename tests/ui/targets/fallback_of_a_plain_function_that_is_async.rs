#[path = "../support.rs"]
mod support;

use resilience::fallback;
use support::Error;

async fn other() -> Result<(), Error> {
    Ok(())
}

#[fallback(other)]
fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
