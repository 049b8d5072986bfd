//! What the examples of the pages leave out.

pub use std::time::Duration;

pub use resilience::*;

/// What most of them load.
#[derive(Debug, Clone)]
pub struct Item;

/// How that fails.
#[derive(Debug, thiserror::Error, Classify)]
pub enum Error {
    #[error("busy")]
    #[retryable]
    Busy,
    #[error("gone")]
    #[permanent]
    Gone,
    #[error(transparent)]
    #[inherit]
    Rejected(#[from] Rejection),
}

pub async fn from_cache(_: u64) -> Result<Item, Error> {
    Ok(Item)
}

pub async fn from_disk(_: u64) -> Result<Item, Error> {
    Ok(Item)
}

pub async fn refund(_: &Item) -> Result<(), Error> {
    Ok(())
}
