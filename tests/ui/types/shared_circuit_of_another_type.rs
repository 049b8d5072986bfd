#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

static PAYMENTS: u32 = 3;

#[circuit(PAYMENTS)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
