#[path = "../support.rs"]
mod support;

use std::time::Duration;

use resilience::{circuit, timeout};
use support::Error;

const SLOW: Duration = Duration::from_secs(2);

#[circuit(slow = SLOW)]
#[timeout(1s)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
