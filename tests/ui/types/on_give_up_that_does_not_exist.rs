#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry(on_give_up = note)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
