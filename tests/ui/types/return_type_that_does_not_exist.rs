#[path = "../support.rs"]
mod support;

use resilience::{retry, timeout};
use support::Error;

#[timeout(1s)]
#[retry]
async fn call() -> Result<Missing, Error> {
    todo!()
}

fn main() {}
