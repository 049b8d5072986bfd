#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;
use tests_renamed::elsewhere::Token;

#[circuit(failures = 3, key = token)]
async fn call(token: &Token) -> Result<u32, Error> {
    let _ = token;
    Ok(3)
}

fn main() {}
