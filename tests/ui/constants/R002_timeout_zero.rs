#[path = "../support.rs"]
mod support;

use std::time::Duration;

use resilience::timeout;
use support::Error;

const NOTHING: Duration = Duration::ZERO;

#[timeout(NOTHING)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
