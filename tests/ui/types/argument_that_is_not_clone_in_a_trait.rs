#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

struct Token;

trait Service {
    async fn call(&self, token: Token) -> Result<u32, Error>;
}

struct Shop;

impl Service for Shop {
    #[retry]
    async fn call(&self, token: Token) -> Result<u32, Error> {
        drop(token);
        Ok(3)
    }
}

fn main() {}
