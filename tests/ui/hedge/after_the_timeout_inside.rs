#[path = "../support.rs"]
mod support;

use resilience::{hedge, timeout};
use support::Error;

#[hedge(after = 2s)]
#[timeout(1s)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
