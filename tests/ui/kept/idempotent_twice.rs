#[path = "../support.rs"]
mod support;

use resilience::idempotent;
use support::Error;

#[idempotent(key = id)]
#[idempotent(key = id, ttl = 1h)]
async fn call(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
