#[path = "../support.rs"]
mod support;

use resilience::{Circuit, circuit};
use support::Error;

const PAYMENTS: Circuit = Circuit::new("payments").failures(5);

#[circuit(PAYMENTS)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
