#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

struct Token;

#[circuit(failures = 3, key = token)]
async fn call<T: Clone>(given: T, token: &Token) -> Result<u32, Error> {
    drop(given);
    let _ = token;
    Ok(3)
}

fn main() {}
