//! Methods of every kind.

use core::future::Future;

use resilience::{circuit, fallback, retry, timeout};

use super::Error;

/// Something to call methods on.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Client {
    /// Calls so far.
    pub calls: u32,
}

impl Client {
    const RETRIES: u32 = 3;

    /// By reference.
    ///
    /// # Errors
    ///
    /// Never.
    #[fallback(Self::otherwise)]
    #[retry(max = Self::RETRIES)]
    #[circuit(failures = 3, cooldown = 5s)]
    pub async fn by_ref(&self, n: u32) -> Result<u32, Error> {
        Ok(n.saturating_add(self.calls))
    }

    async fn otherwise(&self, n: u32) -> Result<u32, Error> {
        ::core::future::ready(()).await;
        Ok(n.saturating_sub(self.calls))
    }

    /// By mutable reference.
    ///
    /// # Errors
    ///
    /// Never.
    #[timeout(5s)]
    #[retry(max = self.calls)]
    pub async fn by_mut(&mut self) -> Result<u32, Error> {
        self.calls = self.calls.saturating_add(1);
        Ok(self.calls)
    }

    /// By value.
    ///
    /// # Errors
    ///
    /// Never.
    #[timeout(5s)]
    pub async fn by_value(self) -> Result<u32, Error> {
        Ok(self.calls)
    }
}

/// Something asynchronous.
pub trait Load {
    /// Loads.
    fn load(&self, n: u32) -> impl Future<Output = Result<u32, Error>> + Send;

    /// Loads nothing.
    #[timeout(3s)]
    #[retry]
    fn nothing(&self) -> impl Future<Output = Result<u32, Error>> + Send
    where
        Self: Sync,
    {
        self.load(0)
    }
}

impl Load for Client {
    #[retry]
    #[timeout(1s)]
    async fn load(&self, n: u32) -> Result<u32, Error> {
        ::core::future::ready(()).await;
        Ok(n.saturating_mul(self.calls))
    }

    #[timeout(2s)]
    async fn nothing(&self) -> Result<u32, Error> {
        ::core::future::ready(()).await;
        Ok(self.calls)
    }
}
