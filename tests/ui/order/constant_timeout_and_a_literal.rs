#[path = "../support.rs"]
mod support;

use resilience::timeout;
use support::Error;

const INNER: std::time::Duration = std::time::Duration::from_secs(3);

#[timeout(2s)]
#[timeout(INNER)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
