#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

async fn other() -> Result<(), Error> {
    Ok(())
}

#[retry(max = 3)]
fn call() -> Result<(), Error> {
    other().await
}

fn main() {}
