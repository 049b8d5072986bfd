#[path = "../support.rs"]
mod support;

use resilience::timeout;
use support::Error;

#[timeout(LIMIT)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
