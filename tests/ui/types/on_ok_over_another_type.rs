#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry(on_ok = |value: &String| value.is_empty())]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
