#[path = "../support.rs"]
mod support;

use resilience::{cache, compensate};
use support::Error;

#[cache(60s)]
#[compensate(undo(id))]
async fn call(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
