#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;
use tests_renamed::elsewhere;

#[circuit(window = elsewhere::NUMBER)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
