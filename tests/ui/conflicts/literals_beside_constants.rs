#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

const FAILURES: u32 = 3;

#[circuit(failures = FAILURES, rate = 150%, probes = 0)]
async fn call(n: u64) -> Result<u64, Error> {
    Ok(n)
}

fn main() {}
