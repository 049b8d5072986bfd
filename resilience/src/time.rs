//! Time: tokio's clock, timers that are armed late, and limits that reach inwards.
//!
//! Nothing here reads the clock before something has gone wrong or has had to wait.

mod limit;
mod sleep;
mod timer;
mod units;

use std::{sync::OnceLock, time::Duration};

pub use self::limit::Limit;
pub(crate) use self::{
    sleep::Sleep,
    timer::Timer,
    units::{millis, nanos},
};
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
