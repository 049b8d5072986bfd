#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry]
async fn call<T>(token: T) -> Result<(), Error> {
    drop(token);
    Ok(())
}

fn main() {}
