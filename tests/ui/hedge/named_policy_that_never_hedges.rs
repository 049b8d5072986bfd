#[path = "../support.rs"]
mod support;

use resilience::hedge;
use support::Error;

const SEARCH: resilience::Hedge = resilience::Hedge::new().max(0);

#[hedge(SEARCH)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
