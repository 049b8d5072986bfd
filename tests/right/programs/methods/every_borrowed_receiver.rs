use std::sync::Arc;

use resilience::{circuit, retry, timeout};

use crate::{Error, Flaky};

#[derive(Debug, Clone)]
struct Client {
    flaky: Flaky,
    calls: u32,
}

impl Client {
    #[retry]
    #[timeout(1s)]
    async fn shared(&self) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(self.calls)
    }

    #[timeout(60s)]
    #[retry]
    #[circuit(key = self.calls)]
    async fn unique(&mut self, by: u32) -> Result<u32, Error> {
        self.calls += by;
        self.flaky.attempt()?;
        Ok(self.calls)
    }

    #[retry]
    async fn behind_an_arc(self: &Arc<Self>) -> Result<usize, Error> {
        self.flaky.attempt()?;
        Ok(Arc::strong_count(self))
    }
}

pub(super) async fn run() {
    let client = |times| Client {
        flaky: Flaky::times(times),
        calls: 1,
    };
    assert_eq!(client(1).shared().await, Ok(1));
    assert_eq!(client(1).unique(2).await, Ok(5));
    assert_eq!(Arc::new(client(1)).behind_an_arc().await, Ok(1));
}
