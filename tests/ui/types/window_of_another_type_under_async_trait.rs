#[path = "../support.rs"]
mod support;

use async_trait::async_trait;
use resilience::circuit;
use support::Error;

const WINDOW: u64 = 3;

#[async_trait]
trait Service {
    async fn call(&self) -> Result<u32, Error>;
}

struct Shop;

#[async_trait]
impl Service for Shop {
    #[circuit(window = WINDOW)]
    async fn call(&self) -> Result<u32, Error> {
        Ok(3)
    }
}

fn main() {}
