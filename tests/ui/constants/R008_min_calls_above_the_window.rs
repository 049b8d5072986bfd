#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

const CALLS: u32 = 11;

#[circuit(window = 10, min_calls = CALLS)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
