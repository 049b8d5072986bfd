#[path = "../support.rs"]
mod support;

use resilience::timeout;
use support::Error;

#[timeout(limit)]
async fn call(limit: u64) -> Result<(), Error> {
    Ok(())
}

fn main() {}
