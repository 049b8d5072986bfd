#[path = "../support.rs"]
mod support;

use resilience::{Circuit, cache};
use support::Error;

static PAYMENTS: Circuit = Circuit::new("payments");

#[cache(PAYMENTS)]
async fn call(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
