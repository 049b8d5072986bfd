#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

struct Token;

async fn undo(_: Token) -> Result<(), Error> {
    Ok(())
}

#[compensate(undo(token))]
async fn call<T: Clone>(given: T, token: Token) -> Result<u32, Error> {
    drop(given);
    drop(token);
    Ok(3)
}

fn main() {}
