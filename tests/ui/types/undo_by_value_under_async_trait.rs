#[path = "../support.rs"]
mod support;

use async_trait::async_trait;
use resilience::compensate;
use support::Error;

async fn undo(_: u32) -> Result<(), Error> {
    Ok(())
}

#[async_trait]
trait Service {
    async fn call(&self) -> Result<u32, Error>;
}

struct Shop;

#[async_trait]
impl Service for Shop {
    #[compensate(undo)]
    async fn call(&self) -> Result<u32, Error> {
        Ok(3)
    }
}

fn main() {}
