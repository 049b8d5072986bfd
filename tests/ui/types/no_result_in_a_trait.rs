use resilience::retry;

type Answer = u32;

trait Service {
    async fn call(&self) -> Answer;
}

struct Shop;

impl Service for Shop {
    #[retry]
    async fn call(&self) -> Answer {
        3
    }
}

fn main() {}
