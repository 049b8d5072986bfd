#[path = "../support.rs"]
mod support;

use resilience::timeout;
use support::Error;
use tests_renamed::elsewhere;

#[timeout(elsewhere::HTTP)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
