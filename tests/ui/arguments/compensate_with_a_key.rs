#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

async fn undo(_: &()) -> Result<(), Error> {
    Ok(())
}

#[compensate(with = undo)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
