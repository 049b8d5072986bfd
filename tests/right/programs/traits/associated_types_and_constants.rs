use std::{fmt::Debug, future::Future, time::Duration};

use resilience::{Classify, Rejection, retry, timeout};

use crate::{Error, Flaky};

trait Source: Sync {
    type Item: Send + Debug;
    type Error: Classify + From<Rejection> + Send + Debug;
    const LIMIT: Duration;
    const RETRIES: u32;

    fn once(&self) -> impl Future<Output = Result<Self::Item, Self::Error>> + Send;

    #[timeout(Self::LIMIT)]
    #[retry(max = Self::RETRIES)]
    fn load(&self) -> impl Future<Output = Result<Self::Item, Self::Error>> + Send {
        self.once()
    }
}

impl Source for Flaky {
    type Item = u32;
    type Error = Error;
    const LIMIT: Duration = Duration::from_secs(60);
    const RETRIES: u32 = 2;

    #[timeout(1s)]
    async fn once(&self) -> Result<Self::Item, Self::Error> {
        self.attempt()?;
        Ok(5)
    }
}

pub(super) async fn run() {
    assert_eq!(Flaky::times(2).load().await, Ok(5));
    assert_eq!(Flaky::times(3).load().await, Err(Error::Busy));
}
