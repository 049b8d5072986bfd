#[path = "../support.rs"]
mod support;

use resilience::hedge;
use support::Error;

#[hedge(after = 50)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
