#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

fn note(_: &Error) {}

#[retry(on_retry = note)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
