#[path = "../support.rs"]
mod support;

use resilience::{compensate, hedge};
use support::Error;

async fn undo(_: &u32) -> Result<(), Error> {
    Ok(())
}

#[hedge(after = 50ms)]
#[compensate(undo)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
