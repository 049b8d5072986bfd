#[path = "../support.rs"]
mod support;

use resilience::{retry, timeout};
use support::Error;

mod limits {
    pub const WHOLE: std::time::Duration = std::time::Duration::from_secs(5);
}

#[timeout(limits::WHOLE)]
#[retry(backoff = exponential(1s), jitter = none)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
