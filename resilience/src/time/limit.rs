//! Limits that reach inwards.

use std::time::Duration;

use super::{Instant, nanos, now, stamp};
use crate::sync::{AtomicU64, Ordering::Relaxed};

/// How long the layers below may take: the limit a `timeout` passes inwards.
///
/// It starts when somebody first needs it: when the body first has to wait, or when a layer
/// inside wants to know whether a sleep still fits.
#[derive(Debug)]
pub struct Limit<'a> {
    outer: Option<&'a Limit<'a>>,
    /// In nanoseconds.
    after: u64,
    /// [`stamp`] of the end; 0 before the start, [`CUT`] once it has cut off what lies inside.
    ends: AtomicU64,
}

/// An end that no limit has.
const CUT: u64 = u64::MAX;

impl<'a> Limit<'a> {
    /// A limit inside `outer`, not yet started.
    #[inline]
    #[must_use]
    pub const fn new(after: Duration, outer: Option<&'a Limit<'a>>) -> Self {
        Self {
            outer,
            after: nanos(after),
            ends: AtomicU64::new(0),
        }
    }

    /// How long it lets things take.
    pub(crate) const fn after(&self) -> Duration {
        Duration::from_nanos(self.after)
    }

    /// The time left of this limit and of all around it.
    #[cold]
    pub(crate) fn left(&self, now: Instant) -> Duration {
        let own = self.own_left(now);
        self.outer.map_or(own, |outer| own.min(outer.left(now)))
    }

    /// The time left of this limit alone; starts it if it has not started.
    #[cold]
    pub(crate) fn own_left(&self, now: Instant) -> Duration {
        let now = stamp(now);
        let mut ends = self.ends.load(Relaxed);
        if ends == 0 {
            ends = now.saturating_add(self.after).min(CUT - 1);
            self.ends.store(ends, Relaxed);
        }
        Duration::from_nanos(ends.saturating_sub(now))
    }

    /// The longest sleep, up to `wanted`, that still ends before this limit and all around it.
    pub(crate) fn shorten(&self, wanted: Duration) -> Option<Duration> {
        let last = self.left(now()).checked_sub(Duration::from_nanos(1))?;
        Some(wanted.min(last))
    }

    /// Marks everything inside as cut off by this limit.
    pub(crate) fn cut(&self) {
        self.ends.store(CUT, Relaxed);
    }

    /// Whether this limit has cut off what lies inside it.
    #[inline]
    #[must_use]
    pub fn has_cut(&self) -> bool {
        self.ends.load(Relaxed) == CUT
    }

    /// Whether this limit or one around it has cut off what lies inside.
    pub(crate) fn is_cut(&self) -> bool {
        self.has_cut() || self.outer.is_some_and(Limit::is_cut)
    }
}
