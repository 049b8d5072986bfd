#[path = "../support.rs"]
mod support;

use resilience::{hedge, timeout};
use support::Error;

const AFTER: std::time::Duration = std::time::Duration::from_millis(50);

#[timeout(100ms)]
#[hedge(after = AFTER, max = 2)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
