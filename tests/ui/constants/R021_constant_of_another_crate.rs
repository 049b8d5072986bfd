#[path = "../support.rs"]
mod support;

use resilience::timeout;
use support::Error;

#[timeout(5s)]
#[timeout(resilience::policy::Schedule::CAP)]
async fn call() -> Result<(), Error> {
    Ok(())
}

fn main() {}
