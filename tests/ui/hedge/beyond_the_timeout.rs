#[path = "../support.rs"]
mod support;

use resilience::{hedge, timeout};
use support::Error;

#[timeout(100ms)]
#[hedge(after = 50ms, max = 2)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
