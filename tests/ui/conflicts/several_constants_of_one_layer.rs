#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

const FAILURES: u32 = 0;
const FINE: u32 = 2;
const PROBES: u32 = 0;

#[circuit(failures = FAILURES, cooldown_factor = FINE, probes = PROBES, cooldown = std::time::Duration::from_secs(n))]
async fn call(n: u64) -> Result<u64, Error> {
    Ok(n)
}

fn main() {}
