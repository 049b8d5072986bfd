#[path = "../support.rs"]
mod support;

use resilience::{Jitter, Retry, Schedule, retry, timeout};
use support::Error;

const HTTP: Retry = Retry::new()
    .backoff(Schedule::constant(std::time::Duration::from_secs(1)))
    .jitter(Jitter::None);

#[timeout(2s)]
#[retry(HTTP)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
