#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

const RATE: u32 = 150;

#[circuit(rate = RATE)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
