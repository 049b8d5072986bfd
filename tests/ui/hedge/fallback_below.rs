#[path = "../support.rs"]
mod support;

use resilience::{fallback, hedge};
use support::Error;

#[hedge(after = 50ms)]
#[fallback(value = 1)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
