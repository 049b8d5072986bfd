//! Randomness for jitter, which tests may fix.

#[cfg(feature = "testing")]
use std::cell::Cell;

#[cfg(feature = "testing")]
thread_local! {
    static FIXED: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Uniform over all of `u64`.
pub(crate) fn random() -> u64 {
    #[cfg(feature = "testing")]
    if let Some(fixed) = FIXED.get() {
        return fixed;
    }
    fastrand::u64(..)
}

/// Fixes it on this thread; returns what was fixed before.
#[cfg(feature = "testing")]
pub(crate) fn fix(random: Option<u64>) -> Option<u64> {
    FIXED.replace(random)
}
