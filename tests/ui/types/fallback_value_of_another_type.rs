#[path = "../support.rs"]
mod support;

use resilience::fallback;
use support::Error;

#[fallback(value = "three")]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
