//! The policy of a rate limit: how many calls in how long, and what happens to the others.

use std::time::Duration;

/// So many calls in so long; `100/s` in an attribute.
///
/// ```
/// use std::time::Duration;
/// use resilience_policy::Rate;
///
/// const SEARCH: Rate = Rate::per_second(100);
/// assert_eq!(SEARCH, Rate::new(100, Duration::from_secs(1)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub struct Rate {
    count: u32,
    period: Duration,
}

impl Rate {
    /// So many calls in each period.
    pub const fn new(count: u32, period: Duration) -> Self {
        Self { count, period }
    }

    /// `100/s`
    pub const fn per_second(count: u32) -> Self {
        Self::new(count, Duration::from_secs(1))
    }

    /// `100/m`
    pub const fn per_minute(count: u32) -> Self {
        Self::new(count, Duration::from_secs(60))
    }

    /// `100/h`
    pub const fn per_hour(count: u32) -> Self {
        Self::new(count, Duration::from_secs(60 * 60))
    }

    /// `100/d`
    pub const fn per_day(count: u32) -> Self {
        Self::new(count, Duration::from_secs(24 * 60 * 60))
    }

    /// The number of calls.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// In how long.
    #[must_use]
    pub const fn period(&self) -> Duration {
        self.period
    }
}

/// How many calls a rate limit admits, and whether the others wait.
///
/// Defaults: a burst of one period's worth (`100/s` may admit 100 calls at once), and who finds no
/// place is rejected at once.
///
/// ```
/// use std::time::Duration;
/// use resilience_policy::{Rate, RateLimit};
///
/// const API: RateLimit = RateLimit::new().rate(Rate::per_second(100)).burst(20);
/// assert_eq!(API.effective_burst(), 20);
/// assert_eq!(API.longest_wait(), Duration::ZERO);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct RateLimit {
    pub(crate) rate: Option<Rate>,
    pub(crate) burst: Option<u32>,
    pub(crate) wait: Option<Duration>,
    pub(crate) keys_max: u32,
}

impl RateLimit {
    /// A policy that has no rate yet.
    pub const fn new() -> Self {
        Self {
            rate: None,
            burst: None,
            wait: None,
            keys_max: 10_000,
        }
    }

    /// Admits so many calls in so long.
    pub const fn rate(self, rate: Rate) -> Self {
        Self {
            rate: Some(rate),
            ..self
        }
    }

    /// Admits so many calls at once. Default: one period's worth.
    pub const fn burst(self, burst: u32) -> Self {
        Self {
            burst: Some(burst),
            ..self
        }
    }

    /// A call may wait so long for its turn. Default: it is rejected at once.
    pub const fn wait(self, wait: Duration) -> Self {
        Self {
            wait: Some(wait),
            ..self
        }
    }

    /// How many keys a keyed rate limit remembers. Default 10 000.
    pub const fn keys_max(self, keys: u32) -> Self {
        Self {
            keys_max: keys,
            ..self
        }
    }

    /// The rate, where it is said.
    #[must_use]
    pub const fn rate_said(&self) -> Option<Rate> {
        self.rate
    }

    /// How many calls may come at once, default included.
    #[must_use]
    pub const fn effective_burst(&self) -> u32 {
        match (self.burst, self.rate) {
            (Some(burst), _) => burst,
            (None, Some(rate)) => rate.count,
            (None, None) => 0,
        }
    }

    /// The longest that a call waits for its turn.
    #[must_use]
    pub const fn longest_wait(&self) -> Duration {
        match self.wait {
            Some(wait) => wait,
            None => Duration::ZERO,
        }
    }

    /// The number of keys remembered.
    #[must_use]
    pub const fn key_limit(&self) -> u32 {
        self.keys_max
    }
}

impl Default for RateLimit {
    fn default() -> Self {
        Self::new()
    }
}
