#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

struct Token;
type Given = Token;

#[retry]
async fn call(token: Given) -> Result<u32, Error> {
    drop(token);
    Ok(3)
}

fn main() {}
