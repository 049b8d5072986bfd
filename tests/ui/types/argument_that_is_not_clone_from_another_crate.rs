#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;
use tests_renamed::elsewhere::Token;

#[retry]
async fn call(token: Token) -> Result<u32, Error> {
    drop(token);
    Ok(3)
}

fn main() {}
