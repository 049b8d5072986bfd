#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

async fn undo(_: u32) -> Result<(), Error> {
    Ok(())
}

#[compensate(undo)]
async fn call<T: Clone>(given: T) -> Result<u32, Error> {
    drop(given);
    Ok(3)
}

fn main() {}
