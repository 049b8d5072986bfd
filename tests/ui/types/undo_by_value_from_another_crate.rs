#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;
use tests_renamed::elsewhere::undo;

#[compensate(undo)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
