#[path = "../support.rs"]
mod support;

use std::time::Duration;

use resilience::{Cache, cache};
use support::Error;

static USERS: Cache<u32, u32> = Cache::new("users", Duration::ZERO);

#[cache(USERS)]
async fn call(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
