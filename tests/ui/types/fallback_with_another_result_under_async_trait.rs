#[path = "../support.rs"]
mod support;

use async_trait::async_trait;
use resilience::fallback;
use support::Error;

async fn other() -> Result<String, Error> {
    Ok(String::new())
}

#[async_trait]
trait Service {
    async fn call(&self) -> Result<u32, Error>;
}

struct Shop;

#[async_trait]
impl Service for Shop {
    #[fallback(other())]
    async fn call(&self) -> Result<u32, Error> {
        Ok(3)
    }
}

fn main() {}
