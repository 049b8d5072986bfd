#![deny(unused_variables)]

#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry]
async fn call() -> Result<u32, Error> {
    let unused = 3;
    Ok(4)
}

fn main() {}
