#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

const WINDOW: u64 = 3;

#[circuit(window = WINDOW)]
async fn call<T: Clone>(given: T) -> Result<u32, Error> {
    drop(given);
    Ok(3)
}

fn main() {}
