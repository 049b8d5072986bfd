#[path = "../support.rs"]
mod support;

use std::time::Duration;

use resilience::timeout;
use support::Error;

const LIMIT: Duration = Duration::from_secs(10);

trait Shop {
    async fn call(&self) -> Result<(), Error>;
}

struct Books;

impl Shop for Books {
    #[timeout(5s)]
    #[timeout(LIMIT)]
    async fn call(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
