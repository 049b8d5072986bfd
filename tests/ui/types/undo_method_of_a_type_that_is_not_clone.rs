#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

struct Shop;

impl Shop {
    #[compensate(Self::undo)]
    async fn call(&self) -> Result<u32, Error> {
        Ok(3)
    }

    async fn undo(&self, _: &u32) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
