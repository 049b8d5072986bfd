//! Time: tokio's clock, timers that are armed late, and limits that reach inwards.
//!
//! Nothing here reads the clock before something has gone wrong or has had to wait.

mod sleep;
mod timer;

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

pub(crate) use self::{sleep::Sleep, timer::Timer};
pub(crate) use tokio::time::Instant;

/// Where "never" lies: far enough for any call, near enough for every clock.
const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// The current instant on tokio's clock, which tests may pause.
#[inline]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// `at + after`, never past what the clock can hold.
pub(crate) fn later(at: Instant, after: Duration) -> Instant {
    at.checked_add(after.min(FAR)).unwrap_or(at)
}

/// Nanoseconds since the first look at the clock; never 0, which stands for "not yet".
pub(crate) fn stamp(at: Instant) -> u64 {
    static EPOCH: OnceLock<Instant> = OnceLock::new();
    // The first clock may be a paused one that was advanced: others must not lie before it. Some
    // systems know no instant before their own start; there a second has to do.
    let before = |at: Instant| {
        at.checked_sub(FAR)
            .or(at.checked_sub(Duration::from_secs(1)))
    };
    let epoch = *EPOCH.get_or_init(|| before(at).unwrap_or(at));
    nanos(at.saturating_duration_since(epoch)).max(1)
}

/// The delay, or none where the test kit has switched delays off.
pub(crate) fn shortened(delay: Duration) -> Duration {
    #[cfg(feature = "testing")]
    if NO_DELAYS.get() {
        return Duration::ZERO;
    }
    delay
}

#[cfg(feature = "testing")]
thread_local! {
    static NO_DELAYS: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Switches delays off or on for this thread; returns whether they were off before.
#[cfg(feature = "testing")]
pub(crate) fn switch_delays_off(off: bool) -> bool {
    NO_DELAYS.replace(off)
}

/// Whole milliseconds, saturating, as events say them.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Whole nanoseconds, saturating.
#[inline]
pub(crate) const fn nanos(duration: Duration) -> u64 {
    const SECOND: u64 = 1_000_000_000;
    let whole = duration.as_secs().saturating_mul(SECOND);
    // Widening, in a `const fn`.
    whole.saturating_add(duration.subsec_nanos() as u64)
}

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
