//! The policy of a bulkhead: how many calls run at once, and what happens to the others.

use std::time::Duration;

/// How many calls may run at once, and whether the others wait for a slot.
///
/// Default: a call that finds no slot is rejected at once.
///
/// ```
/// use std::time::Duration;
/// use resilience_policy::Bulkhead;
///
/// const DB: Bulkhead = Bulkhead::new().max(10).wait(Duration::from_millis(100));
/// assert_eq!(DB.size(), Some(10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Bulkhead {
    pub(crate) max: Option<u32>,
    pub(crate) wait: Option<Duration>,
    pub(crate) keys_max: u32,
}

impl Bulkhead {
    /// A policy that has no size yet.
    pub const fn new() -> Self {
        Self {
            max: None,
            wait: None,
            keys_max: 10_000,
        }
    }

    /// So many calls run at once.
    pub const fn max(self, calls: u32) -> Self {
        Self {
            max: Some(calls),
            ..self
        }
    }

    /// A call may wait so long for a slot. Default: it is rejected at once.
    pub const fn wait(self, wait: Duration) -> Self {
        Self {
            wait: Some(wait),
            ..self
        }
    }

    /// How many keys a keyed bulkhead remembers. Default 10 000.
    pub const fn keys_max(self, keys: u32) -> Self {
        Self {
            keys_max: keys,
            ..self
        }
    }

    /// How many calls run at once, where it is said.
    #[must_use]
    pub const fn size(&self) -> Option<u32> {
        self.max
    }

    /// The longest that a call waits for a slot.
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

impl Default for Bulkhead {
    fn default() -> Self {
        Self::new()
    }
}
