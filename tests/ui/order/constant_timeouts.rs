#[path = "../support.rs"]
mod support;

use resilience::{retry, timeout};
use support::Error;

const OUTER: std::time::Duration = std::time::Duration::from_secs(2);
const INNER: std::time::Duration = std::time::Duration::from_secs(3);

#[timeout(OUTER)]
#[retry]
#[timeout(INNER)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
