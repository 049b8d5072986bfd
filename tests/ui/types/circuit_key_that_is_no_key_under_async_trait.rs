#[path = "../support.rs"]
mod support;

use async_trait::async_trait;
use resilience::circuit;
use support::Error;

struct Token;

#[async_trait]
trait Service {
    async fn call(&self, token: &Token) -> Result<u32, Error>;
}

struct Shop;

#[async_trait]
impl Service for Shop {
    #[circuit(failures = 3, key = token)]
    async fn call(&self, token: &Token) -> Result<u32, Error> {
        let _ = token;
        Ok(3)
    }
}

fn main() {}
