use async_trait::async_trait;
use resilience::timeout;

struct Plain;

#[async_trait]
trait Service {
    async fn call(&self) -> Result<u32, Plain>;
}

struct Shop;

#[async_trait]
impl Service for Shop {
    #[timeout(1s)]
    async fn call(&self) -> Result<u32, Plain> {
        Ok(3)
    }
}

fn main() {}
