//! Backoffs of the user's own.

use std::time::Duration;

use crate::schedule::{Jitter, Schedule};

/// Says how long to wait before each retry.
///
/// Every iterator of [`Duration`]s is one, so that schedules of other crates fit through
/// `std::iter::from_fn`. What such a backoff says is slept as it is: no cap applies to it, and
/// jitter only where the attribute asks for it. When it ends, the retrying ends.
///
/// ```
/// use std::time::Duration;
/// use resilience_policy::Backoff;
///
/// let mut backoff = [10, 50, 50].map(Duration::from_millis).into_iter();
/// assert_eq!(Backoff::delay(&mut backoff, 1), Some(Duration::from_millis(10)));
/// ```
#[diagnostic::on_unimplemented(
    message = "R057: `{Self}` is no backoff",
    label = "this says no delays",
    note = "write `exponential(100ms)`, `constant(d)`, `linear(d)`, `fibonacci(d)`, `none`, a `Schedule`, or an iterator of `Duration`s"
)]
pub trait Backoff {
    /// The delay before the n-th retry (1 = the first); `None` ends the retrying.
    ///
    /// Asked once for each retry, in order.
    fn delay(&mut self, retry: u32) -> Option<Duration>;

    /// The jitter where the attribute does not say one.
    fn default_jitter(&self) -> Jitter {
        Jitter::None
    }
}

impl<I: Iterator<Item = Duration>> Backoff for I {
    fn delay(&mut self, _retry: u32) -> Option<Duration> {
        self.next()
    }
}

impl Backoff for Schedule {
    fn delay(&mut self, retry: u32) -> Option<Duration> {
        Some(Self::delay(self, retry))
    }

    fn default_jitter(&self) -> Jitter {
        Jitter::default()
    }
}
