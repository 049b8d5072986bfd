#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

struct Token;
type Given = Token;

async fn undo(_: Given) -> Result<(), Error> {
    Ok(())
}

#[compensate(undo(token))]
async fn call(token: Given) -> Result<u32, Error> {
    drop(token);
    Ok(3)
}

fn main() {}
