#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

type Calls = u64;
const WINDOW: Calls = 3;

#[circuit(window = WINDOW)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
