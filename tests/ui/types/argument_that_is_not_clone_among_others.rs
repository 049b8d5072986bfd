#[path = "../support.rs"]
mod support;

use resilience::{retry, timeout};
use support::Error;

struct Token;

#[timeout(1s)]
#[retry]
async fn call(name: String, token: Token, _: u32) -> Result<(), Error> {
    drop((name, token));
    Ok(())
}

fn main() {}
