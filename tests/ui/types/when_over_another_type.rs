#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry(when = |error: &String| error.is_empty())]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
