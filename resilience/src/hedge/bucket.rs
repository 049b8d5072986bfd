//! The tokens of a budget, and how many hedges run: two words, no lock.

use crate::sync::{
    AtomicU32,
    Ordering::{AcqRel, Relaxed},
};

/// What another attempt costs; a call pays in its percentage.
pub(super) const COST: u32 = 100;
/// Hedges that can be saved up.
pub(super) const SAVED: u32 = 100;

#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) tokens: AtomicU32,
    pub(super) running: AtomicU32,
}

impl Bucket {
    /// A call pays in so many per cent of a hedge; a full bucket is only looked at.
    pub(super) fn deposit(&self, percent: u32) {
        let full = COST.saturating_mul(SAVED);
        let more = |tokens: u32| (tokens < full).then(|| tokens.saturating_add(percent).min(full));
        // `None` is a full bucket.
        let _ = self.tokens.fetch_update(Relaxed, Relaxed, more);
    }

    /// Takes out a whole hedge in one step; without tokens, the one that may always run.
    pub(super) fn take(&self) -> bool {
        let less = |tokens: u32| tokens.checked_sub(COST);
        if self.tokens.fetch_update(Relaxed, Relaxed, less).is_ok() {
            self.running.fetch_add(1, AcqRel);
            return true;
        }
        let free = self.running.compare_exchange(0, 1, AcqRel, Relaxed);
        free.is_ok()
    }

    /// A hedge that was taken has ended.
    pub(super) fn end(&self) {
        self.running.fetch_sub(1, AcqRel);
    }
}
