#[path = "../support.rs"]
mod support;

use resilience::fallback;
use support::Error;

struct Token;

async fn other(_: Token) -> Result<(), Error> {
    Ok(())
}

#[fallback(other)]
async fn call(token: Token) -> Result<(), Error> {
    drop(token);
    Ok(())
}

fn main() {}
