#[path = "../support.rs"]
mod support;

use resilience::{fallback, retry};
use support::Error;

#[retry]
#[fallback(value = (), on = Error::Busy | _)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
