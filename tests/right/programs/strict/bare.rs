//! Without the prelude, and inside a function that shadows what is left.
#![no_implicit_prelude]

use ::resilience::{circuit, compensate, fallback, retry, saga, timeout};

use super::Error;

type Outcome<T> = ::core::result::Result<T, Error>;

async fn undo(n: &u32) -> Outcome<()> {
    ::core::future::ready(()).await;
    let _: &u32 = n;
    ::core::result::Result::Ok(())
}

/// All layers.
///
/// # Errors
///
/// Never.
#[saga]
#[compensate(undo)]
#[fallback(value = 3, on = Error::Busy)]
#[timeout(60s)]
#[retry(max = 3)]
#[circuit(failures = 3)]
#[timeout(1s)]
pub async fn call(n: u32) -> Outcome<u32> {
    ::core::result::Result::Ok(n)
}
