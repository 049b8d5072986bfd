#[path = "../support.rs"]
mod support;

use resilience::{retry, saga};
use support::Error;

#[saga]
#[retry(max = 3)]
fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
