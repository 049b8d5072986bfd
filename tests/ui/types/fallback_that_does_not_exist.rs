#[path = "../support.rs"]
mod support;

use resilience::fallback;
use support::Error;

#[fallback(missing)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
