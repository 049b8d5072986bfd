use resilience::timeout;

struct Plain;

trait Service {
    async fn call(&self) -> Result<u32, Plain>;
}

struct Shop;

impl Service for Shop {
    #[timeout(1s)]
    async fn call(&self) -> Result<u32, Plain> {
        Ok(3)
    }
}

fn main() {}
