#[path = "../support.rs"]
mod support;

use std::time::Duration;

use resilience::{retry, timeout};
use support::Error;

const EACH: Duration = Duration::from_secs(20);

#[timeout(60s, fits)]
#[retry(max = 3, after_max = 5s)]
#[timeout(EACH)]
async fn call<T: Clone>(value: T) -> Result<T, Error> {
    Ok(value)
}

fn main() {}
