//! One bulkhead per key: per host, per tenant, per queue.

use resilience_policy::Bulkhead as Policy;

use super::{BulkheadRef, BulkheadState};
use crate::{
    keyed::{At, Key, Keys},
    site::{Name, Site},
};

/// The bulkheads of one function that has a `key`; the macro writes one `static` of it.
#[derive(Debug)]
pub struct BulkheadKeys(Keys<BulkheadState>);

/// A bulkhead, as a call holds it.
#[derive(Debug, Clone)]
pub struct HeldBulkhead(At<BulkheadState>);

impl BulkheadKeys {
    /// No keys yet, under the name of the annotated function.
    #[must_use]
    pub const fn of(site: &'static Site, policy: Policy) -> Self {
        let overflow = BulkheadState::new(Name::Of(site));
        Self(Keys::new(site, policy, overflow))
    }

    /// The policy it was made with.
    pub const fn policy(&self) -> &Policy {
        self.0.policy()
    }

    /// The bulkhead of a key, where the call brings its policy.
    #[must_use]
    pub fn under<K: Key>(&'static self, policy: &Policy, key: &K) -> HeldBulkhead {
        HeldBulkhead(self.0.under(policy, key))
    }
}

impl HeldBulkhead {
    /// One without keys.
    pub(super) const fn of(state: &'static BulkheadState) -> Self {
        Self(At::of(state))
    }

    #[inline]
    pub(super) fn state(&self) -> &BulkheadState {
        self.0.state()
    }
}

/// By reference: below `retry` every attempt asks the same one.
impl BulkheadRef for &HeldBulkhead {
    #[inline]
    fn state(&self) -> &BulkheadState {
        (**self).state()
    }

    fn list(&self) {}

    fn hold(&self) -> HeldBulkhead {
        (*self).clone()
    }
}
