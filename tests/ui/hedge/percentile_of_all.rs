#[path = "../support.rs"]
mod support;

use resilience::hedge;
use support::Error;

#[hedge(after = p100)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
