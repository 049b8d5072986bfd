#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

enum Other {
    Busy,
}

#[retry(on = Other::Busy)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
