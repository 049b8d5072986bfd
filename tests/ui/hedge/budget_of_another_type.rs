#[path = "../support.rs"]
mod support;

use resilience::hedge;
use support::Error;

static LIMIT: u32 = 10;

#[hedge(after = 50ms, budget = LIMIT)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
