#[path = "../support.rs"]
mod support;

use resilience::fallback;
use support::Error;

async fn other() -> Result<String, Error> {
    Ok(String::new())
}

trait Service {
    async fn call(&self) -> Result<u32, Error>;
}

struct Shop;

impl Service for Shop {
    #[fallback(other())]
    async fn call(&self) -> Result<u32, Error> {
        Ok(3)
    }
}

fn main() {}
