//! What the derive asks of a field that an attribute names.

use std::time::Duration;

/// A field that says how long to wait: `#[throttled(after = field)]`.
#[diagnostic::on_unimplemented(
    message = "R062: `{Self}` does not say how long to wait",
    label = "`after` takes a field of type `Duration` or `Option<Duration>`",
    note = "for a field of another type write `#[classify(with = path)]` with a function that computes the verdict"
)]
pub trait Delay {
    /// The delay, where it is known.
    fn delay(&self) -> Option<Duration>;
}

impl Delay for Duration {
    fn delay(&self) -> Option<Duration> {
        Some(*self)
    }
}

impl Delay for Option<Duration> {
    fn delay(&self) -> Option<Duration> {
        *self
    }
}

/// A field that holds an HTTP status: `#[by_status(field)]`.
#[diagnostic::on_unimplemented(
    message = "R062: `{Self}` is not an HTTP status",
    label = "`by_status` takes a field of type `u16` or `http::StatusCode`",
    note = "`http::StatusCode` needs the feature `http` of `resilience`; for a field of another type write `#[classify(with = path)]`"
)]
pub trait StatusOf {
    /// The status as a number.
    fn status(&self) -> u16;
}

impl StatusOf for u16 {
    fn status(&self) -> u16 {
        *self
    }
}

#[cfg(feature = "http")]
impl StatusOf for ::http::StatusCode {
    fn status(&self) -> u16 {
        self.as_u16()
    }
}
