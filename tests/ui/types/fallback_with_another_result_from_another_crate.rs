#[path = "../support.rs"]
mod support;

use resilience::fallback;
use support::Error;
use tests_renamed::elsewhere::text;

#[fallback(text(name))]
async fn call(name: String) -> Result<u32, Error> {
    drop(name);
    Ok(3)
}

fn main() {}
