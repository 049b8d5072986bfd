//! The budget that keeps hedges from doubling the load of what is slow already.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use super::bucket::{Bucket, COST};
use crate::sync::AtomicU32;

/// A bucket of tokens that hedges are paid from.
///
/// Every call that has to wait pays in a share of a hedge, 10 % by default, and every further
/// attempt takes a whole one out. It starts empty and saves up at most 100 hedges. While it is
/// empty, one hedge at a time may still run: a function that is seldom called is hedged, one whose
/// dependency has become slow for all gets hardly any additional load.
///
/// Every `#[hedge]` has a bucket of its own. Functions that call the same dependency share one:
///
/// ```
/// use resilience::HedgeBudget;
///
/// static SEARCH: HedgeBudget = HedgeBudget::new().share(5);
/// // #[hedge(after = 50ms, budget = SEARCH)] on each of the functions
/// assert_eq!(SEARCH.running(), 0);
/// ```
#[derive(Debug)]
pub struct HedgeBudget {
    /// In per cent of a hedge; `None` for the share that the attribute says.
    share: Option<u32>,
    bucket: Bucket,
    known: AtomicBool,
}

impl HedgeBudget {
    /// Hedges for at most 10 % of the calls.
    #[must_use]
    pub const fn new() -> Self {
        Self::with(Some(resilience_policy::Hedge::BUDGET))
    }

    /// The budget of one site: its share is the one of the policy.
    #[must_use]
    pub const fn of_policy() -> Self {
        Self::with(None)
    }

    const fn with(share: Option<u32>) -> Self {
        Self {
            share,
            bucket: Bucket {
                tokens: AtomicU32::new(0),
                running: AtomicU32::new(0),
            },
            known: AtomicBool::new(false),
        }
    }

    /// The percentage of calls that may be hedged, at most 100. Default 10.
    #[must_use]
    pub const fn share(mut self, percent: u32) -> Self {
        self.share = Some(if percent > 100 { 100 } else { percent });
        self
    }

    /// The hedges that are saved up.
    #[must_use]
    pub fn saved(&self) -> u32 {
        self.bucket.tokens.load(Relaxed) / COST
    }

    /// The hedges that run now.
    #[must_use]
    pub fn running(&self) -> u32 {
        self.bucket.running.load(Relaxed)
    }

    /// Empties the bucket.
    pub fn reset(&self) {
        self.bucket.tokens.store(0, Relaxed);
    }

    /// Whether it has a share of its own, whatever the policy of a site says.
    pub(super) const fn is_shared(&self) -> bool {
        self.share.is_some()
    }

    /// A call pays in its share.
    pub(super) fn deposit(&'static self, percent: u32) {
        if !self.known.load(Relaxed) && !self.known.swap(true, Relaxed) {
            all().push(self);
        }
        self.bucket.deposit(self.share.unwrap_or(percent).min(COST));
    }

    /// Takes out a whole hedge; without tokens, the one that may always run.
    pub(super) fn take(&'static self) -> Option<Permit> {
        self.bucket.take().then(|| Permit(self))
    }
}

impl Default for HedgeBudget {
    fn default() -> Self {
        Self::new()
    }
}

/// A hedge that runs.
#[derive(Debug)]
pub(super) struct Permit(&'static HedgeBudget);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.bucket.end();
    }
}

/// Budgets that have been paid into. As many as the program has `static`s.
fn all() -> std::sync::MutexGuard<'static, Vec<&'static HedgeBudget>> {
    static ALL: Mutex<Vec<&'static HedgeBudget>> = Mutex::new(Vec::new());
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Empties every bucket.
#[cfg(feature = "testing")]
pub(crate) fn reset_all() {
    for budget in all().iter() {
        budget.reset();
    }
}
