#[path = "../support.rs"]
mod support;

use std::time::Duration;

use resilience::{Cache, cache};
use support::Error;

static USERS: Cache<u32, String> = Cache::new("users", Duration::from_secs(60));

#[cache(USERS)]
async fn call(id: u32) -> Result<u64, Error> {
    Ok(id.into())
}

fn main() {}
