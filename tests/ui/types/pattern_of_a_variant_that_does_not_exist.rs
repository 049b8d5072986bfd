#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry(on = Error::Bussy)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
