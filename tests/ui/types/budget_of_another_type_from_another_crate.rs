#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;
use tests_renamed::elsewhere;

#[retry(budget = elsewhere::NUMBER_HERE)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
