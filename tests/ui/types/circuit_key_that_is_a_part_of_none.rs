#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

#[circuit(failures = 3, key = (name, weight))]
async fn call(name: &str, weight: f64) -> Result<u32, Error> {
    let _ = (name, weight);
    Ok(3)
}

fn main() {}
