#[path = "../support.rs"]
mod support;

use std::time::Duration;

use resilience::idempotent;
use support::Error;

const TTL: Duration = Duration::ZERO;

#[idempotent(key = id, ttl = TTL)]
async fn call(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
