#[path = "../support.rs"]
mod support;

use async_trait::async_trait;
use resilience::retry;
use support::Error;

fn is_empty(text: &String) -> bool {
    text.is_empty()
}

#[async_trait]
trait Service {
    async fn call(&self) -> Result<u32, Error>;
}

struct Shop;

#[async_trait]
impl Service for Shop {
    #[retry(when = is_empty)]
    async fn call(&self) -> Result<u32, Error> {
        Ok(3)
    }
}

fn main() {}
