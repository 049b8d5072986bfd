//! Free functions under one layer each and under all.

use core::{future::Future, time::Duration};

use resilience::{
    Bulkhead, Circuit, Rate, Retry, RetryBudget, bulkhead, circuit, fallback, rate_limit, retry,
    timeout,
};

use super::Error;

/// A policy.
pub const HTTP: Retry = Retry::new().max(2);
/// A limit.
pub const LIMIT: Duration = Duration::from_secs(30);
static PAYMENTS: Circuit = Circuit::new("payments").failures(5);
static BUDGET: RetryBudget = RetryBudget::new();
static DB: Bulkhead = Bulkhead::new("strict::db").max(5);
/// A rate.
pub const OFTEN: Rate = Rate::per_second(1_000);

/// Nothing but defaults.
///
/// # Errors
///
/// Never.
#[retry]
pub async fn defaults() -> Result<(), Error> {
    Ok(())
}

/// One argument of each kind.
///
/// # Errors
///
/// If `fails`.
#[retry(max = 3, backoff = exponential(100ms, factor = 1.5, cap = 5s), jitter = equal)]
pub async fn arguments(
    owned: String,
    borrowed: &str,
    list: &mut Vec<u32>,
    (left, mut right): (u32, u32),
    fails: bool,
) -> Result<String, Error> {
    right = right.saturating_add(left);
    list.push(right);
    if fails {
        return Err(Error::Busy);
    }
    let mut joined = owned;
    joined.push_str(borrowed);
    Ok(joined)
}

/// Constants.
///
/// # Errors
///
/// Never.
#[timeout(LIMIT)]
#[retry(HTTP, budget = BUDGET)]
#[circuit(PAYMENTS)]
#[timeout(10s)]
pub async fn constants(n: u32) -> Result<u32, Error> {
    Ok(n)
}

/// Expressions.
///
/// # Errors
///
/// Never.
#[timeout(limit)]
#[retry(max = n, when = |error| *error == Error::Busy, after = |_| None, on_ok = |n| *n == 0)]
pub async fn expressions(n: u32, limit: Duration) -> Result<u32, Error> {
    Ok(n)
}

/// A key.
///
/// # Errors
///
/// Never.
#[circuit(rate = 50%, window = 30s, slow = 2s, key = host)]
pub async fn keyed(host: &str) -> Result<usize, Error> {
    Ok(host.len())
}

/// Limits: literals, a constant, a shared state and keys.
///
/// # Errors
///
/// Never.
#[rate_limit(100/s, burst = 5)]
#[rate_limit(OFTEN, wait = 1s, key = host)]
#[bulkhead(DB)]
#[bulkhead(n, wait = LIMIT, key = (host, n))]
pub async fn limits(host: &str, n: u32) -> Result<usize, Error> {
    Ok(host.len())
}

async fn other(name: String, _list: &mut Vec<u32>) -> Result<String, Error> {
    ::core::future::ready(()).await;
    Ok(name)
}

async fn told(name: String, error: Error) -> Result<String, Error> {
    ::core::future::ready(()).await;
    drop(name);
    Err(error)
}

/// All of them.
///
/// # Errors
///
/// As its fallbacks.
#[fallback(told(name, error), other, value = name, on = Error::Busy)]
#[timeout(60s)]
#[retry(max = 3, on = Retryable)]
#[circuit(failures = 5, cooldown = 30s)]
#[timeout(10s)]
pub async fn everything(name: String, list: &mut Vec<u32>) -> Result<String, Error> {
    list.clear();
    Ok(name)
}

/// A future instead of `async`.
///
/// # Errors
///
/// Never.
#[retry]
#[timeout(1s)]
pub fn future(name: String) -> impl Future<Output = Result<String, Error>> + Send {
    async move { Ok(name) }
}

/// Generic.
///
/// # Errors
///
/// Never.
#[retry]
#[timeout(1s)]
pub async fn generic<T: Clone + Send, const N: usize>(
    items: [T; N],
    shown: impl Into<String> + Clone + Send,
    _unused: u32,
) -> Result<([T; N], String), Error> {
    Ok((items, shown.into()))
}
