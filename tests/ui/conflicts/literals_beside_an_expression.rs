#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

#[circuit(failures = 0, rate = 50%, probes = 0, cooldown = std::time::Duration::from_secs(n))]
async fn call(n: u64) -> Result<u64, Error> {
    Ok(n)
}

fn main() {}
