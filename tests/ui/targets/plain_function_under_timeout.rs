#[path = "../support.rs"]
mod support;

use resilience::{retry, timeout};
use support::Error;

#[timeout(2s)]
#[retry(max = 3)]
fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
