#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

const NONE: u32 = 0;

#[circuit(failures = 5, probes = NONE)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
