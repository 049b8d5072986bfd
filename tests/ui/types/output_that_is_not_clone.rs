#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

struct Charge;

async fn undo(_: &Charge) -> Result<(), Error> {
    Ok(())
}

#[compensate(undo)]
async fn call() -> Result<Charge, Error> {
    Ok(Charge)
}

fn main() {}
