//! Modules and types under the names that generated code must not mean.

use resilience::{circuit, compensate, fallback, retry, saga, timeout};

/// Not the module of the language.
pub mod core {}
/// Not the module of the language.
pub mod std {}
/// Not the crate.
pub mod tokio {}

/// Not the one of the language.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Option;
/// Not the one of the language.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Some;
/// Not the one of the language.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct None;
/// Not the one of the language.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Ok;
/// Not the one of the language.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Err;
/// Not the one of the language.
pub trait Future {}
/// Not the one of the language.
pub trait Clone {}
/// Not the one of the language.
pub trait Fn {}
/// Not ours.
#[derive(Debug)]
#[non_exhaustive]
pub struct Site;
/// Not ours.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempts;
/// Not the one of the language.
pub type Result<T> = ::core::result::Result<T, super::Error>;
/// Not the one of the language.
pub type Duration = u32;

async fn undo(n: &u32) -> Result<()> {
    ::core::future::ready(()).await;
    let _: &u32 = n;
    ::core::result::Result::Ok(())
}

async fn other(n: u32, list: &[u32]) -> Result<u32> {
    ::core::future::ready(()).await;
    let _: &[u32] = list;
    ::core::result::Result::Ok(n)
}

/// All layers.
///
/// # Errors
///
/// Never.
#[saga]
#[compensate(undo)]
#[fallback(other, value = 3)]
#[timeout(60s)]
#[retry(max = n, when = |_| true)]
#[circuit(failures = 3, key = n)]
#[timeout(1s)]
pub async fn call(n: u32, list: &[u32]) -> Result<u32> {
    let _: &[u32] = list;
    ::core::result::Result::Ok(n)
}
