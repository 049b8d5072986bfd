#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

const WINDOW: u64 = 3;

trait Service {
    async fn call(&self) -> Result<u32, Error>;
}

struct Shop;

impl Service for Shop {
    #[circuit(window = WINDOW)]
    async fn call(&self) -> Result<u32, Error> {
        Ok(3)
    }
}

fn main() {}
