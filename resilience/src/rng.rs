//! Randomness for jitter, which tests may fix.

/// Uniform over all of `u64`.
pub(crate) fn random() -> u64 {
    #[cfg(feature = "testing")]
    if let Some(fixed) = crate::testing::fixed_random() {
        return fixed;
    }
    fastrand::u64(..)
}
