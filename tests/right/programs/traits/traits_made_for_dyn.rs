use async_trait::async_trait;
use resilience::{circuit, fallback, retry, timeout};

use crate::{Error, Flaky};

#[async_trait]
trait Api: Send + Sync {
    async fn load(&self, name: String, more: &str) -> Result<String, Error>;

    #[retry]
    #[timeout(1s)]
    async fn by_default(&self, name: &str) -> Result<String, Error> {
        self.load(name.to_owned(), "!").await
    }

    async fn count(&mut self) -> Result<u32, Error>;
}

#[async_trait]
impl Api for Flaky {
    #[fallback(value = name)]
    #[retry]
    #[circuit(key = more)]
    #[timeout(1s)]
    async fn load(&self, name: String, more: &str) -> Result<String, Error> {
        self.attempt()?;
        Ok(name + more)
    }

    #[timeout(1s)]
    #[circuit]
    async fn count(&mut self) -> Result<u32, Error> {
        self.attempt()?;
        Ok(1)
    }
}

pub(super) async fn run() {
    let mut api: Box<dyn Api> = Box::new(Flaky::times(1));
    assert_eq!(api.by_default("a").await, Ok("a!".to_owned()));
    assert_eq!(api.count().await, Ok(1));
}
