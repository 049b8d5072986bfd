#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

async fn undo(_: u32) -> Result<(), Error> {
    Ok(())
}

#[compensate(undo(n, n))]
async fn call(n: u32) -> Result<u32, Error> {
    Ok(n)
}

fn main() {}
