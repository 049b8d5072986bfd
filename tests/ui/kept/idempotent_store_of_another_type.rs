#[path = "../support.rs"]
mod support;

use resilience::idempotent;
use support::Error;

static STORE: u32 = 7;

#[idempotent(key = id, store = STORE)]
async fn call(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
