//! Functions under a hedge.

use std::sync::Arc;

use resilience::{Hedge, HedgeBudget, circuit, fallback, hedge, retry, timeout};

use super::Error;

/// A policy with a name.
pub const SEARCH: Hedge = Hedge::new().after_percentile(95).max(2);

/// A budget that functions share.
pub static SHARED: HedgeBudget = HedgeBudget::new().share(5);

/// By percentile.
///
/// # Errors
///
/// Never.
#[hedge(after = p95, max = 2, budget = 5%)]
pub async fn learned(n: u32, text: &str) -> Result<usize, Error> {
    Ok(text.len().saturating_mul(usize::try_from(n).unwrap_or(0)))
}

/// A named policy, patterns, an argument that is changed.
///
/// # Errors
///
/// Never.
#[hedge(SEARCH, budget = SHARED, name = "lint.named")]
pub async fn named((a, b): (u32, u32), mut n: u32, _: bool) -> Result<u32, Error> {
    n = n.saturating_add(a);
    Ok(n.saturating_add(b))
}

/// Everything around it and inside.
///
/// # Errors
///
/// Never.
#[fallback(value = 0)]
#[timeout(5s)]
#[hedge(after = 50ms)]
#[retry(max = 2, on_retry = |_| {}, on_give_up = |_| {})]
#[circuit(failures = 3, key = n)]
#[timeout(1s)]
pub async fn between(mut n: u32, (a, b): (u32, u32), _unused: String) -> Result<u32, Error> {
    n = n.saturating_add(a);
    Ok(n.saturating_add(b))
}

/// Something to call methods on.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Client {
    /// Calls so far.
    pub calls: u32,
}

impl Client {
    /// By reference.
    ///
    /// # Errors
    ///
    /// Never.
    #[hedge(after = 50ms)]
    pub async fn by_ref(&self) -> Result<u32, Error> {
        Ok(self.calls)
    }

    /// By value.
    ///
    /// # Errors
    ///
    /// Never.
    #[timeout(5s)]
    #[hedge(after = 50ms)]
    #[retry]
    pub async fn by_value(self) -> Result<u32, Error> {
        Ok(self.calls)
    }

    /// Shared.
    ///
    /// # Errors
    ///
    /// Never.
    #[retry]
    #[hedge(after = 50ms)]
    pub async fn shared(self: Arc<Self>) -> Result<u32, Error> {
        Ok(self.calls)
    }
}
