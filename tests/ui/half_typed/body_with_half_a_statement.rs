#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry]
async fn call() -> Result<(), Error> {
    let n = ;
    Ok(())
}

fn main() {}
