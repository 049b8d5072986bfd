use std::{pin::Pin, sync::Arc};

use resilience::{fallback, retry, timeout};

use crate::{Error, Flaky};

#[derive(Debug, Clone)]
struct Client {
    flaky: Flaky,
    calls: u32,
}

impl Client {
    #[retry]
    #[timeout(1s)]
    async fn owned(self) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(self.calls)
    }

    #[timeout(1s)]
    #[retry]
    async fn changed(mut self) -> Result<u32, Error> {
        self.calls += 1;
        self.flaky.attempt()?;
        Ok(self.calls)
    }

    #[fallback(Self::otherwise)]
    #[retry]
    async fn boxed(self: Box<Self>) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(self.calls)
    }

    async fn otherwise(self: Box<Self>) -> Result<u32, Error> {
        std::future::ready(()).await;
        Ok(self.calls + 100)
    }

    #[retry]
    async fn counted(self: Arc<Self>) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(self.calls)
    }

    #[timeout(1s)]
    async fn pinned(self: Pin<&mut Self>) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(self.calls)
    }
}

pub(super) async fn run() {
    let client = |times| Client {
        flaky: Flaky::times(times),
        calls: 1,
    };
    assert_eq!(client(1).owned().await, Ok(1));
    assert_eq!(client(2).changed().await, Ok(2));
    assert_eq!(Box::new(client(9)).boxed().await, Ok(101));
    assert_eq!(Arc::new(client(1)).counted().await, Ok(1));
    assert_eq!(Pin::new(&mut client(0)).pinned().await, Ok(1));
}
