#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry]
async fn call() -> impl Future<Output = Result<(), Error>> {
    async { Ok(()) }
}

fn main() {}
