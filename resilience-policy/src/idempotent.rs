//! The policy of idempotent calls: how long a result answers for its key.

use std::time::Duration;

/// How long the result of an idempotent call answers for its key, and how many keys are held.
///
/// Defaults: 7 days, 1 000 000 keys.
///
/// ```
/// use std::time::Duration;
/// use resilience_policy::Idempotent;
///
/// const PAYMENTS: Idempotent = Idempotent::new().ttl(Duration::from_secs(86_400));
/// assert_eq!(PAYMENTS.key_limit(), 1_000_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Idempotent {
    pub(crate) ttl: Duration,
    pub(crate) max: u32,
}

impl Idempotent {
    /// The default policy.
    pub const fn new() -> Self {
        Self {
            ttl: Duration::from_secs(7 * 24 * 60 * 60),
            max: 1_000_000,
        }
    }

    /// How long a result answers for its key, from the end of its call. Default 7 days.
    pub const fn ttl(self, ttl: Duration) -> Self {
        Self { ttl, ..self }
    }

    /// How many keys are held in memory, those of running calls included. Default 1 000 000.
    ///
    /// A key is never forgotten before its time: where all places are taken, calls with a new key
    /// are refused.
    pub const fn max(self, max: u32) -> Self {
        Self { max, ..self }
    }

    /// How long a result answers for its key.
    #[must_use]
    pub const fn time_to_live(&self) -> Duration {
        self.ttl
    }

    /// How many keys are held.
    #[must_use]
    pub const fn key_limit(&self) -> u32 {
        self.max
    }
}

impl Default for Idempotent {
    fn default() -> Self {
        Self::new()
    }
}
