#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

fn is_empty(text: &String) -> bool {
    text.is_empty()
}

trait Service {
    async fn call(&self) -> Result<u32, Error>;
}

struct Shop;

impl Service for Shop {
    #[retry(when = is_empty)]
    async fn call(&self) -> Result<u32, Error> {
        Ok(3)
    }
}

fn main() {}
