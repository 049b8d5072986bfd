//! The budget that keeps retries from becoming the outage.

use std::sync::{Mutex, PoisonError};

use crate::sync::{AtomicBool, AtomicU32, Ordering::Relaxed};

/// A bucket of tokens that retries are paid from, like the AWS SDKs' standard mode.
///
/// 500 tokens; a retry costs 5, one after a timeout 10. A retry that succeeds gives its cost
/// back, a call that succeeds at once gives 1. While the bucket is empty, failures are returned
/// as they are: a dependency that is down gets one attempt per call, not four.
///
/// Every `#[retry]` has a bucket of its own. Functions that call the same dependency share one:
///
/// ```
/// use resilience::RetryBudget;
///
/// static PAYMENTS: RetryBudget = RetryBudget::new();
/// // #[retry(budget = PAYMENTS)] on each of the functions
/// assert_eq!(PAYMENTS.tokens(), 500);
/// ```
#[derive(Debug)]
pub struct RetryBudget {
    capacity: u32,
    retry_cost: u32,
    timeout_cost: u32,
    /// Tokens taken; 0 is a full bucket, so that a success need only look.
    spent: AtomicU32,
    known: AtomicBool,
}

impl RetryBudget {
    /// 500 tokens, a retry costs 5, one after a timeout 10.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            capacity: 500,
            retry_cost: 5,
            timeout_cost: 10,
            spent: AtomicU32::new(0),
            known: AtomicBool::new(false),
        }
    }

    /// The tokens of a full bucket. Default 500.
    #[must_use]
    pub const fn capacity(mut self, tokens: u32) -> Self {
        self.capacity = tokens;
        self
    }

    /// What a retry costs. Default 5.
    #[must_use]
    pub const fn retry_cost(mut self, tokens: u32) -> Self {
        self.retry_cost = tokens;
        self
    }

    /// What a retry after a timeout costs. Default 10.
    #[must_use]
    pub const fn timeout_cost(mut self, tokens: u32) -> Self {
        self.timeout_cost = tokens;
        self
    }

    /// The tokens left.
    #[must_use]
    pub fn tokens(&self) -> u32 {
        self.capacity.saturating_sub(self.spent.load(Relaxed))
    }

    /// Fills the bucket.
    pub fn reset(&self) {
        self.spent.store(0, Relaxed);
    }

    /// The price of a retry.
    pub(crate) const fn cost(&self, timed_out: bool) -> u32 {
        if timed_out {
            self.timeout_cost
        } else {
            self.retry_cost
        }
    }

    /// Takes tokens in one step, or none at all.
    #[cold]
    #[inline(never)]
    pub(crate) fn take(&'static self, tokens: u32) -> bool {
        if !self.known.load(Relaxed) && !self.known.swap(true, Relaxed) {
            all().push(self);
        }
        self.spent
            .fetch_update(Relaxed, Relaxed, |spent| {
                spent
                    .checked_add(tokens)
                    .filter(|spent| *spent <= self.capacity)
            })
            .is_ok()
    }

    /// Gives tokens back; a full bucket is only looked at.
    #[inline]
    pub(crate) fn give(&self, tokens: u32) {
        if self.is_drawn_on() {
            self.refill(tokens);
        }
    }

    #[inline]
    pub(crate) fn is_drawn_on(&self) -> bool {
        self.spent.load(Relaxed) != 0
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn refill(&self, tokens: u32) {
        let less = |spent: u32| Some(spent.saturating_sub(tokens));
        // The closure never says `None`, so neither does this.
        let _ = self.spent.fetch_update(Relaxed, Relaxed, less);
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new()
    }
}

/// Budgets that have been drawn on. As many as the program has `static`s.
fn all() -> std::sync::MutexGuard<'static, Vec<&'static RetryBudget>> {
    static ALL: Mutex<Vec<&'static RetryBudget>> = Mutex::new(Vec::new());
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Fills every bucket.
#[cfg(feature = "testing")]
pub(crate) fn reset_all() {
    for budget in all().iter() {
        budget.reset();
    }
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests {
    use super::*;

    #[test]
    fn bu_09_an_empty_bucket_refuses_and_loses_nothing() {
        static BUDGET: RetryBudget = RetryBudget::new().capacity(14);
        assert!(BUDGET.take(5) && BUDGET.take(5));
        assert!(!BUDGET.take(5), "4 tokens do not pay for 5");
        assert_eq!(BUDGET.tokens(), 4);
        BUDGET.give(5);
        assert!(BUDGET.take(5));
    }

    #[test]
    fn lm_06_tokens_never_rise_above_the_capacity() {
        static BUDGET: RetryBudget = RetryBudget::new();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..1000 {
                        if BUDGET.take(5) {
                            BUDGET.give(5);
                        }
                        BUDGET.give(1);
                        assert!(BUDGET.tokens() <= 500);
                    }
                });
            }
        });
        BUDGET.give(20);
        assert_eq!(BUDGET.tokens(), 500);
    }
}
