#[path = "../support.rs"]
mod support;

use resilience::idempotent;
use support::Error;

#[idempotent(ttl = 1h)]
async fn call(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
