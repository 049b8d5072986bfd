#[path = "../support.rs"]
mod support;

use resilience::fallback;
use support::Error;

async fn other() -> Result<String, Error> {
    Ok(String::new())
}

#[fallback(other())]
async fn call<T: Clone>(given: T) -> Result<u32, Error> {
    drop(given);
    Ok(3)
}

fn main() {}
