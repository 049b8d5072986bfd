#[path = "../support.rs"]
mod support;

use resilience::hedge;
use support::Error;

#[hedge(50ms)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
