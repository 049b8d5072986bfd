#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

const MAX: &str = "3";

#[retry(max = MAX)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
