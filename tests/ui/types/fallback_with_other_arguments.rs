#[path = "../support.rs"]
mod support;

use resilience::fallback;
use support::Error;

async fn other(_: &str) -> Result<(), Error> {
    Ok(())
}

#[fallback(other)]
async fn call(n: u32) -> Result<(), Error> {
    drop(n);
    Ok(())
}

fn main() {}
