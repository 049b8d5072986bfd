//! The `rate_limit` layer: no more calls than so many in so long.

mod future;
mod gcra;
mod keys;
mod registry;
mod state;

use std::time::Duration;

use resilience_policy::{Rate, RateLimit as Policy};

use crate::site::{Name, Site};

#[allow(
    unused_imports,
    reason = "only the test kit calls it, which is behind a feature"
)]
pub(crate) use self::registry::reset_all;
pub use self::{
    future::{RateLimitFuture, RateLimitLayer, RateLimitRef, rate_limit},
    keys::{HeldRateLimit, RateLimitKeys},
    registry::{RateLimitHandle, rate_limits},
    state::RateLimitState,
};

/// A rate limit that several functions share, or that an operator wants to reach by name.
///
/// `#[rate_limit(100/s)]` makes one of its own for each function. A `static` of this type is shared
/// by every function that names it.
///
/// Defaults: a burst of one period's worth, and a call that finds no place is rejected at once with
/// [`Rejection::RateLimited`](crate::Rejection::RateLimited), which says when to come again.
///
/// * In any stretch of time no more calls are admitted than the burst and what the rate gives in that
///   time, also where many threads call.
/// * A rejected call takes nothing.
/// * With [`wait`](Self::wait) a call reserves the next free turn: first come, first served. A wait
///   that cannot end in time is refused at once.
/// * A call that is dropped while it waits gives its turn back, if nobody stands behind it.
///
/// The algorithm is the generic cell rate algorithm (ITU-T I.371), on tokio's clock, in whole
/// nanoseconds.
///
/// ```
/// use std::time::Duration;
/// use resilience::RateLimit;
///
/// static API: RateLimit = RateLimit::new("api").rate(100, Duration::from_secs(1)).burst(20);
///
/// assert_eq!(API.available(), Some(20));
/// ```
#[derive(Debug)]
pub struct RateLimit {
    policy: Policy,
    state: RateLimitState,
}

impl RateLimit {
    /// A rate limit that has no rate yet: say [`rate`](Self::rate). The name is the one in events
    /// and in [`rate_limits`].
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            policy: Policy::new(),
            state: RateLimitState::new(Name::Given(name)),
        }
    }

    /// The rate limit of an annotated function, under the function's name.
    #[doc(hidden)]
    #[must_use]
    pub const fn of(site: &'static Site) -> Self {
        Self {
            policy: Policy::new(),
            state: RateLimitState::new(Name::Of(site)),
        }
    }

    /// Admits so many calls in so long.
    #[must_use]
    pub const fn rate(self, count: u32, period: Duration) -> Self {
        self.rate_of(Rate::new(count, period))
    }

    /// Admits calls at this rate.
    #[must_use]
    pub const fn rate_of(self, rate: Rate) -> Self {
        let policy = self.policy.rate(rate);
        self.with_policy(policy)
    }

    /// Admits so many calls at once. Default: one period's worth.
    #[must_use]
    pub const fn burst(self, burst: u32) -> Self {
        let policy = self.policy.burst(burst);
        self.with_policy(policy)
    }

    /// A call may wait so long for its turn. Default: it is rejected at once.
    #[must_use]
    pub const fn wait(self, wait: Duration) -> Self {
        let policy = self.policy.wait(wait);
        self.with_policy(policy)
    }

    /// With a policy that was made elsewhere.
    #[must_use]
    pub const fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The policy it was made with.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The name it was made with.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.state.name()
    }

    /// How many calls would be admitted at once. `None` where it has no rate.
    #[must_use]
    pub fn available(&self) -> Option<u32> {
        self.state.available(&self.policy)
    }

    /// How many calls wait for their turn.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        self.state.waiting()
    }

    /// How many calls were admitted.
    #[must_use]
    pub fn admitted(&self) -> u64 {
        self.state.admitted()
    }

    /// How many calls were rejected.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.state.rejected()
    }

    /// Fills it and forgets what it has counted. Calls that wait keep their turn.
    pub fn reset(&self) {
        self.state.reset();
    }
}

/// A closure that names a `static` takes no room in the future.
impl<F: Fn() -> &'static RateLimit + Copy> RateLimitRef for F {
    #[inline]
    fn state(&self) -> &RateLimitState {
        &self().state
    }

    #[cold]
    #[inline(never)]
    fn list(&self) {
        let limit = self();
        if limit.state.mark_listed() {
            registry::LISTED.add(limit);
        }
    }

    fn hold(&self) -> HeldRateLimit {
        HeldRateLimit::of(&self().state)
    }
}

#[cfg(test)]
mod tests;
