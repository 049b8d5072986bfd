//! The cases, as users write them.

#![expect(
    clippy::unused_async,
    reason = "fallbacks and undos are async functions"
)]

use resilience::{
    bulkhead, circuit, compensate, fallback, hedge, rate_limit, retry, saga, timeout,
};

use crate::body::{self, Error, Wide};

// The same functions without an attribute: what everything else is measured against.

pub(crate) async fn bare(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

pub(crate) async fn bare_pends(x: u64) -> Result<u64, Error> {
    body::pends(x).await
}

pub(crate) async fn bare_named(x: u64, name: String) -> Result<u64, Error> {
    body::named(x, name).await
}

pub(crate) async fn bare_wide(x: u64) -> Result<u64, Wide> {
    body::wide(x).await
}

#[retry(max = 3)]
pub(crate) async fn retried(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

#[retry(max = 3)]
pub(crate) async fn retried_named(x: u64, name: String) -> Result<u64, Error> {
    body::named(x, name).await
}

// Without a budget: it would be empty after a hundred retries.
#[retry(max = 2, backoff = none, budget = none)]
pub(crate) async fn retried_in_vain(x: u64) -> Result<u64, Error> {
    body::fails(x).await
}

#[timeout(10s)]
pub(crate) async fn limited(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

#[timeout(10s)]
pub(crate) async fn limited_named(x: u64, name: String) -> Result<u64, Error> {
    body::named(x, name).await
}

#[timeout(10s)]
pub(crate) async fn limited_pends(x: u64) -> Result<u64, Error> {
    body::pends(x).await
}

#[hedge(after = 10s)]
pub(crate) async fn hedged(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

#[hedge(after = 10s)]
pub(crate) async fn hedged_pends(x: u64) -> Result<u64, Error> {
    body::pends(x).await
}

#[hedge(after = p95)]
pub(crate) async fn hedged_by_percentile_pends(x: u64) -> Result<u64, Error> {
    body::pends(x).await
}

#[circuit(failures = 5)]
pub(crate) async fn guarded(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

#[circuit(rate = 50%, window = 100)]
pub(crate) async fn guarded_by_rate(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

#[rate_limit(1_000_000/s)]
pub(crate) async fn paced(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

#[rate_limit(1_000_000/s, key = x % 8)]
pub(crate) async fn paced_by_key(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

#[bulkhead(10)]
pub(crate) async fn slotted(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

#[bulkhead(10, wait = 1s)]
pub(crate) async fn slotted_pends(x: u64) -> Result<u64, Error> {
    body::pends(x).await
}

#[fallback(other)]
pub(crate) async fn covered(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

async fn other(x: u64) -> Result<u64, Error> {
    Ok(x)
}

#[compensate(undo)]
pub(crate) async fn undoable(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

async fn undo(_: &u64) -> Result<(), Error> {
    Ok(())
}

#[saga]
pub(crate) async fn saga_of_one(x: u64) -> Result<u64, Error> {
    undoable(x).await
}

#[fallback(other)]
#[retry(max = 3)]
#[circuit(failures = 5)]
#[timeout(10s)]
pub(crate) async fn stacked(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

#[fallback(other_named)]
#[retry(max = 3)]
#[circuit(failures = 5)]
#[timeout(10s)]
pub(crate) async fn stacked_named(x: u64, name: String) -> Result<u64, Error> {
    body::named(x, name).await
}

async fn other_named(x: u64, _: String) -> Result<u64, Error> {
    Ok(x)
}

#[retry(max = 3)]
pub(crate) async fn retried_wide(x: u64) -> Result<u64, Wide> {
    body::wide(x).await
}

#[fallback(other_wide)]
#[retry(max = 3)]
#[circuit(failures = 5)]
#[timeout(10s)]
pub(crate) async fn stacked_wide(x: u64) -> Result<u64, Wide> {
    body::wide(x).await
}

async fn other_wide(x: u64) -> Result<u64, Wide> {
    Ok(x)
}
