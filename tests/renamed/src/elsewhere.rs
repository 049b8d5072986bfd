//! What the cases of the package `tests` find in another crate: values and functions that do not
//! fit, and types that lack what layers ask of them.

use std::time::Duration;

use robust::{Circuit, Rejection, Retry, RetryBudget};

/// A policy.
pub const HTTP: Retry = Retry::new().max(2);
/// A time.
pub const LIMIT: Duration = Duration::from_secs(2);
/// A number of another type than any key takes.
pub const NUMBER: u64 = 3;
/// The same in a `static`.
pub static NUMBER_HERE: u64 = 3;
/// A circuit that should be a `static`.
#[expect(
    clippy::declare_interior_mutable_const,
    reason = "it stands for the mistake"
)]
pub const CIRCUIT: Circuit = Circuit::new("elsewhere");
/// A budget that should be a `static`.
#[expect(
    clippy::declare_interior_mutable_const,
    reason = "it stands for the mistake"
)]
pub const BUDGET: RetryBudget = RetryBudget::new();

/// Neither `Clone`, nor `Classify`, nor a key, nor able to hold a rejection.
#[derive(Debug)]
pub struct Token;

/// No `Result`.
pub type Answer = u32;

/// An error without `From<Rejection>`.
pub type Plain = Result<(), Token>;

/// Judges a text.
#[must_use]
#[expect(clippy::ptr_arg, reason = "no error is a `String`")]
pub fn is_empty(text: &String) -> bool {
    text.is_empty()
}

/// Takes a text, and answers with one.
///
/// # Errors
///
/// Never.
#[expect(clippy::unused_async, reason = "it stands for a fallback")]
pub async fn text(text: String) -> Result<String, Rejection> {
    Ok(text)
}

/// Takes its output by value.
///
/// # Errors
///
/// Never.
#[expect(clippy::unused_async, reason = "it stands for an undo")]
pub async fn undo(_: u32) -> Result<(), Rejection> {
    Ok(())
}
