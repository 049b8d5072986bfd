#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

struct Token;

async fn undo(_: Option<&Token>) -> Result<(), Error> {
    Ok(())
}

#[compensate(undo(token))]
async fn call(token: Option<&Token>) -> Result<u32, Error> {
    let _ = token;
    Ok(3)
}

fn main() {}
