#[path = "../support.rs"]
mod support;

use resilience::idempotent;
use support::Error;

#[idempotent(key = id, max = 0)]
async fn call(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
