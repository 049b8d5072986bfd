#[path = "../support.rs"]
mod support;

use resilience::cache;
use support::Error;

#[cache(ttl = 60s)]
async fn call(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
