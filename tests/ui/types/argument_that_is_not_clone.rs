#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

struct Token;

#[retry]
async fn call(token: Token) -> Result<(), Error> {
    drop(token);
    Ok(())
}

fn main() {}
