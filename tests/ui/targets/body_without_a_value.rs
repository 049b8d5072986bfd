#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry]
async fn call() -> Result<u32, Error> {
    let _ = 3;
}

fn main() {}
