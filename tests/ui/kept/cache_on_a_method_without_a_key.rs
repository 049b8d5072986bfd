#[path = "../support.rs"]
mod support;

use resilience::cache;
use support::Error;

struct Shop;

impl Shop {
    #[cache(60s)]
    async fn call(&self, id: u32) -> Result<u32, Error> {
        Ok(id)
    }
}

fn main() {}
