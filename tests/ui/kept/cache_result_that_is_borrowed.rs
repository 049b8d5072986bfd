#[path = "../support.rs"]
mod support;

use resilience::cache;
use support::Error;

#[cache(60s)]
async fn call(name: &str) -> Result<&str, Error> {
    Ok(name)
}

fn main() {}
