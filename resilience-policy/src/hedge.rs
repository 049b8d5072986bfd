//! The policy of a hedge: when another attempt starts, how many, how often.

use std::time::Duration;

/// From when on a call that has not answered is hedged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HedgeAfter {
    /// After so long.
    Fixed(Duration),
    /// After what so many per cent of the calls take at most, as observed.
    Percentile(u32),
}

/// When a slow call gets another attempt beside the one that runs.
///
/// Defaults: after the 95th percentile of the observed latency, 1 more attempt, for at most 10 %
/// of the calls.
///
/// ```
/// use std::time::Duration;
/// use resilience_policy::{Hedge, HedgeAfter};
///
/// const SEARCH: Hedge = Hedge::new().after(Duration::from_millis(50)).max(2);
/// assert_eq!(SEARCH.starts_after(), HedgeAfter::Fixed(Duration::from_millis(50)));
/// assert_eq!(SEARCH.attempts(), 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Hedge {
    pub(crate) after: HedgeAfter,
    pub(crate) max: u32,
    pub(crate) budget: Option<u32>,
}

impl Hedge {
    /// The percentile after which a call is hedged, where nothing else is said.
    pub const PERCENTILE: u32 = 95;
    /// Attempts beside the first, where no number is written.
    pub const MAX: u32 = 1;
    /// The percentage of calls that are hedged at most, where nothing else is said.
    pub const BUDGET: u32 = 10;

    /// The default policy.
    pub const fn new() -> Self {
        Self {
            after: HedgeAfter::Percentile(Self::PERCENTILE),
            max: Self::MAX,
            budget: Some(Self::BUDGET),
        }
    }

    /// Another attempt starts when the ones before have not answered for so long.
    pub const fn after(self, after: Duration) -> Self {
        Self {
            after: HedgeAfter::Fixed(after),
            ..self
        }
    }

    /// Another attempt starts when the ones before take longer than this percentage of the
    /// observed calls: `after_percentile(95)` is `after = p95`.
    pub const fn after_percentile(self, percent: u32) -> Self {
        Self {
            after: HedgeAfter::Percentile(percent),
            ..self
        }
    }

    /// At most so many attempts beside the first.
    pub const fn max(self, attempts: u32) -> Self {
        Self {
            max: attempts,
            ..self
        }
    }

    /// At most this percentage of the calls is hedged.
    pub const fn budget(self, percent: u32) -> Self {
        Self {
            budget: Some(percent),
            ..self
        }
    }

    /// Every slow call is hedged, however many there are.
    pub const fn no_budget(self) -> Self {
        Self {
            budget: None,
            ..self
        }
    }

    /// When another attempt starts.
    #[inline]
    #[must_use]
    pub const fn starts_after(&self) -> HedgeAfter {
        self.after
    }

    /// Attempts beside the first.
    #[inline]
    #[must_use]
    pub const fn hedges(&self) -> u32 {
        self.max
    }

    /// Attempts in all, the first included.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.max.saturating_add(1)
    }

    /// The percentage of calls that are hedged at most; `None` for no limit.
    #[inline]
    #[must_use]
    pub const fn share(&self) -> Option<u32> {
        self.budget
    }

    /// When the last attempt starts, where that is known beforehand.
    #[must_use]
    pub const fn last_start(&self) -> Option<Duration> {
        match self.after {
            HedgeAfter::Fixed(after) => Some(after.saturating_mul(self.max)),
            HedgeAfter::Percentile(_) => None,
        }
    }
}

impl Default for Hedge {
    fn default() -> Self {
        Self::new()
    }
}
