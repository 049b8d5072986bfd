#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

const WINDOW: u32 = 10;

#[circuit(failures = 5, window = WINDOW)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
