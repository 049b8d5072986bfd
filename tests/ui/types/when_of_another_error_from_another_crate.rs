#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;
use tests_renamed::elsewhere::is_empty;

#[retry(when = is_empty)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
