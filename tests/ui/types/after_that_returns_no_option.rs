#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry(after = |_: &Error| std::time::Duration::ZERO)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
