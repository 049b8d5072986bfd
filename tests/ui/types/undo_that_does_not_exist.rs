#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

#[compensate(missing)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
