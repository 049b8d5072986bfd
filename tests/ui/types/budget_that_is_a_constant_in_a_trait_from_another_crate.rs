#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;
use tests_renamed::elsewhere;

trait Service {
    async fn call(&self) -> Result<u32, Error>;
}

struct Shop;

impl Service for Shop {
    #[retry(budget = elsewhere::BUDGET)]
    async fn call(&self) -> Result<u32, Error> {
        Ok(3)
    }
}

fn main() {}
