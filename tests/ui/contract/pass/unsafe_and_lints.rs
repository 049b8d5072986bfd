#![deny(warnings, clippy::pedantic, missing_docs, unused_qualifications, elided_lifetimes_in_paths)]
//! What a lint of the tests' own package forbids: `unsafe fn`, `deprecated`, and pedantry.

use resilience::{Rejection, Retry, circuit, compensate, fallback, retry, saga, timeout};

/// Unsafe, and old.
///
/// # Safety
///
/// None.
///
/// # Errors
///
/// Never.
#[deprecated = "old"]
#[must_use = "look at it"]
#[retry(max = 2, on = _)]
#[timeout(1s)]
pub async unsafe fn dangerous(pointer: *const u8, size: usize) -> Result<usize, Rejection> {
    let _ = pointer;
    Ok(size)
}

/// With every receiver.
#[derive(Debug, Clone)]
pub struct Client {
    name: String,
    retries: u32,
}

const POLICY: Retry = Retry::new().max(2);

async fn by_default(client: Client) -> Result<String, Rejection> {
    Ok(client.name)
}

impl Client {
    /// Consumed.
    ///
    /// # Errors
    ///
    /// Never.
    #[fallback(Self::other)]
    #[retry(POLICY, on = _)]
    #[circuit(failures = 5, key = self.retries)]
    pub async fn consumed(self) -> Result<String, Rejection> {
        let Self { name, .. } = self;
        Ok(name)
    }

    /// Not used at all.
    ///
    /// # Errors
    ///
    /// Never.
    #[retry(max = self.retries, on = _)]
    pub async fn unused(self, _spare: String, _: u8) -> Result<(), Rejection> {
        Ok(())
    }

    /// Only in the value.
    ///
    /// # Errors
    ///
    /// Never.
    #[fallback(value = self.name)]
    pub async fn in_the_value(self) -> Result<String, Rejection> {
        Err(Rejection::BulkheadFull { site: "s" })
    }

    /// Mutable already.
    ///
    /// # Errors
    ///
    /// Never.
    #[retry(max = 1, on = _)]
    pub async fn mutable(mut self) -> Result<Self, Rejection> {
        self.retries += 1;
        Ok(self)
    }

    async fn other(self) -> Result<String, Rejection> {
        by_default(self).await
    }

    async fn undo(&mut self, output: &u32) -> Result<(), Rejection> {
        self.retries += output;
        Ok(())
    }

    /// A step.
    ///
    /// # Errors
    ///
    /// Never.
    #[compensate(Self::undo)]
    #[retry(on = _)]
    pub async fn step(&mut self, #[allow(unused_variables)] spare: u32) -> Result<u32, Rejection> {
        self.retries += 1;
        Ok(self.retries)
    }

    /// A saga.
    ///
    /// # Errors
    ///
    /// Never.
    #[saga]
    #[timeout(60s)]
    pub async fn all(mut self) -> Result<u32, Rejection> {
        self.step(1).await
    }
}

fn main() {
    drop(Client { name: String::new(), retries: 1 }.all());
}
