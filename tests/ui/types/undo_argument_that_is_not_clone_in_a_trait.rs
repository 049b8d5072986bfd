#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

struct Token;

async fn undo(_: Token) -> Result<(), Error> {
    Ok(())
}

trait Service {
    async fn call(&self, token: Token) -> Result<u32, Error>;
}

struct Shop;

impl Service for Shop {
    #[compensate(undo(token))]
    async fn call(&self, token: Token) -> Result<u32, Error> {
        drop(token);
        Ok(3)
    }
}

fn main() {}
