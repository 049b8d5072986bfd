#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

async fn undo(_: u32) -> Result<(), Error> {
    Ok(())
}

trait Service {
    async fn call(&self) -> Result<u32, Error>;
}

struct Shop;

impl Service for Shop {
    #[compensate(undo)]
    async fn call(&self) -> Result<u32, Error> {
        Ok(3)
    }
}

fn main() {}
