#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

type Charge = u32;
type Answer = Result<u32, Error>;

async fn undo(_: Charge) -> Result<(), Error> {
    Ok(())
}

#[compensate(undo)]
async fn call() -> Answer {
    Ok(3)
}

fn main() {}
