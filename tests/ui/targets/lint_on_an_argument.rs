#![deny(unused_variables)]

#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry]
async fn call(unused: u32) -> Result<u32, Error> {
    Ok(4)
}

fn main() {}
