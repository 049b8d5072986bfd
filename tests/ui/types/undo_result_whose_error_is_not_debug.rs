#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

struct Secret;

async fn undo(_: &u32) -> Result<(), Secret> {
    Err(Secret)
}

#[compensate(undo)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
