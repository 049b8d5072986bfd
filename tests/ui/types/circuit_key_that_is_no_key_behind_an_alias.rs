#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

struct Token;
type Given = Token;

#[circuit(failures = 3, key = token)]
async fn call(token: &Given) -> Result<u32, Error> {
    let _ = token;
    Ok(3)
}

fn main() {}
