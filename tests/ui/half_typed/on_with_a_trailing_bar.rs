#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry(on = Error::Busy |)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
