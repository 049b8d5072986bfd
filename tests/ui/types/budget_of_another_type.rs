#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

static BUDGET: u32 = 3;

#[retry(budget = BUDGET)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
