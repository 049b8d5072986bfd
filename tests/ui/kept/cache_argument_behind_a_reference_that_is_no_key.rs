#[path = "../support.rs"]
mod support;

use resilience::cache;
use support::Error;

struct Token;

#[cache(60s)]
async fn call(token: &Token) -> Result<u32, Error> {
    let _ = token;
    Ok(3)
}

fn main() {}
