#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

struct Token;

#[retry]
async fn call<T: Clone>(given: T, token: Token) -> Result<u32, Error> {
    drop(given);
    drop(token);
    Ok(3)
}

fn main() {}
