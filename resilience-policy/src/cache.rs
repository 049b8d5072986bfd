//! The policy of a cache: how long a value lives, and how many do.

use std::time::Duration;

/// How long a cached value lives, and how many do.
///
/// Defaults: at most 10 000 values; none is given once it is older than its time to live.
///
/// ```
/// use std::time::Duration;
/// use resilience_policy::Cache;
///
/// const USERS: Cache = Cache::new(Duration::from_secs(60)).max(500);
/// assert_eq!(USERS.entry_limit(), 500);
/// assert_eq!(USERS.stale_for(), Duration::ZERO);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Cache {
    pub(crate) ttl: Duration,
    pub(crate) max: u32,
    pub(crate) stale: Option<Duration>,
}

impl Cache {
    /// Values live for `ttl` from the end of the load that brought them.
    pub const fn new(ttl: Duration) -> Self {
        Self {
            ttl,
            max: 10_000,
            stale: None,
        }
    }

    /// How many values are kept. Default 10 000.
    pub const fn max(self, max: u32) -> Self {
        Self { max, ..self }
    }

    /// For so long after its time a value still answers: to everybody while one caller fetches a
    /// new one, and to that caller where it fails. Default: not at all.
    pub const fn stale(self, stale: Duration) -> Self {
        Self {
            stale: Some(stale),
            ..self
        }
    }

    /// How long a value lives.
    #[must_use]
    pub const fn time_to_live(&self) -> Duration {
        self.ttl
    }

    /// How many values are kept.
    #[must_use]
    pub const fn entry_limit(&self) -> u32 {
        self.max
    }

    /// For how long after its time a value may still answer.
    #[must_use]
    pub const fn stale_for(&self) -> Duration {
        match self.stale {
            Some(stale) => stale,
            None => Duration::ZERO,
        }
    }
}
