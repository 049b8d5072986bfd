#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

const RATE: u32 = 80;

#[circuit(slow_rate = RATE)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
