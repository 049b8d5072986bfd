use async_trait::async_trait;
use resilience::retry;

type Answer = u32;

#[async_trait]
trait Service {
    async fn call(&self) -> Answer;
}

struct Shop;

#[async_trait]
impl Service for Shop {
    #[retry]
    async fn call(&self) -> Answer {
        3
    }
}

fn main() {}
