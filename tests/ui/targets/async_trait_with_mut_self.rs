use resilience::retry;

#[async_trait::async_trait]
trait Call {
    #[retry]
    async fn call(&mut self) -> Result<(), ()> {
        Ok(())
    }
}

fn main() {}
