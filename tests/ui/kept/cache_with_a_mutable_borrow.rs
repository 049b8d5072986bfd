#[path = "../support.rs"]
mod support;

use resilience::cache;
use support::Error;

#[cache(60s)]
async fn call(rows: &mut Vec<u32>) -> Result<u32, Error> {
    Ok(rows.pop().unwrap_or(0))
}

fn main() {}
