#[path = "../support.rs"]
mod support;

use resilience::hedge;
use support::Error;

#[hedge(after = 50ms)]
async fn call(#[cfg(test)] n: u32) -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
