#[path = "../support.rs"]
mod support;

use resilience::cache;
use support::Error;

#[cache(60s, max = 0)]
async fn call(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
