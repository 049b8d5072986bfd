#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry]
async fn call() -> Result<u32, Error> {
    let n: u32 = "3".parse()?;
    Ok(n)
}

fn main() {}
