//! One rate limit per key: per user, per tenant, per host.

use resilience_policy::RateLimit as Policy;

use super::{RateLimitRef, RateLimitState};
use crate::{
    keyed::{At, Key, Keys},
    site::{Name, Site},
};

/// The rate limits of one function that has a `key`; the macro writes one `static` of it.
#[derive(Debug)]
pub struct RateLimitKeys(Keys<RateLimitState>);

/// A rate limit, as a call holds it.
#[derive(Debug, Clone)]
pub struct HeldRateLimit(At<RateLimitState>);

impl RateLimitKeys {
    /// No keys yet, under the name of the annotated function.
    #[must_use]
    pub const fn of(site: &'static Site, policy: Policy) -> Self {
        let overflow = RateLimitState::new(Name::Of(site));
        Self(Keys::new(site, policy, overflow))
    }

    /// The policy it was made with.
    pub const fn policy(&self) -> &Policy {
        self.0.policy()
    }

    /// The rate limit of a key, where the call brings its policy.
    #[must_use]
    pub fn under<K: Key>(&'static self, policy: &Policy, key: &K) -> HeldRateLimit {
        HeldRateLimit(self.0.under(policy, key))
    }
}

impl HeldRateLimit {
    /// One without keys.
    pub(super) const fn of(state: &'static RateLimitState) -> Self {
        Self(At::of(state))
    }

    #[inline]
    pub(super) fn state(&self) -> &RateLimitState {
        self.0.state()
    }
}

/// By reference: below `retry` every attempt asks the same one.
impl RateLimitRef for &HeldRateLimit {
    #[inline]
    fn state(&self) -> &RateLimitState {
        (**self).state()
    }

    fn list(&self) {}

    fn hold(&self) -> HeldRateLimit {
        (*self).clone()
    }
}
