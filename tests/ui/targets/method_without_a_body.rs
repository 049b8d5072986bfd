use resilience::retry;

trait Call {
    #[retry]
    async fn call(&self) -> Result<(), ()>;
}

fn main() {}
