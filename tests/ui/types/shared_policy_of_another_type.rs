#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

const HTTP: u32 = 3;

#[retry(HTTP)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
