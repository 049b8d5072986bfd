use std::future::Future;

use resilience::{fallback, retry, timeout};

use crate::{Error, Flaky};

trait Api: Sync {
    fn load(&self, n: u32) -> impl Future<Output = Result<u32, Error>> + Send;

    #[fallback(value = n)]
    #[timeout(60s)]
    #[retry]
    fn by_default(&self, n: u32) -> impl Future<Output = Result<u32, Error>> + Send {
        self.load(n)
    }
}

impl Api for Flaky {
    #[retry(max = 1)]
    async fn load(&self, n: u32) -> Result<u32, Error> {
        self.attempt()?;
        Ok(n)
    }
}

async fn any<A: Api>(api: &A) -> Result<u32, Error> {
    api.by_default(3).await
}

pub(super) async fn run() {
    assert_eq!(any(&Flaky::times(2)).await, Ok(3));
}
