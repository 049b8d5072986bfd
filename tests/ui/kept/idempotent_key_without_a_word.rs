#[path = "../support.rs"]
mod support;

use resilience::idempotent;
use support::Error;

#[idempotent(id)]
async fn call(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
