#[path = "../support.rs"]
mod support;

use resilience::retry;
use std::time::Duration;
use support::Error;

fn after(text: &String) -> Option<Duration> {
    text.parse().ok().map(Duration::from_secs)
}

#[retry(after = after)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
