//! Durations as whole numbers.

use std::time::Duration;

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
