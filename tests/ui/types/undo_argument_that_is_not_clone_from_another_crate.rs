#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;
use tests_renamed::elsewhere::Token;

async fn undo(_: Token) -> Result<(), Error> {
    Ok(())
}

#[compensate(undo(token))]
async fn call(token: Token) -> Result<u32, Error> {
    drop(token);
    Ok(3)
}

fn main() {}
