#[path = "../support.rs"]
mod support;

use resilience::fallback;
use support::Error;

type Answer = Result<u32, Error>;

async fn other() -> Result<String, Error> {
    Ok(String::new())
}

#[fallback(other())]
async fn call() -> Answer {
    Ok(3)
}

fn main() {}
