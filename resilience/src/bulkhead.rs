//! The `bulkhead` layer: no more calls at once than so many.

mod future;
mod keys;
mod line;
mod registry;
mod slots;
mod state;

use std::time::Duration;

use resilience_policy::Bulkhead as Policy;

use crate::site::{Name, Site};

#[allow(
    unused_imports,
    reason = "only the test kit calls it, which is behind a feature"
)]
pub(crate) use self::registry::reset_all;
pub use self::{
    future::{BulkheadFuture, BulkheadLayer, BulkheadRef, bulkhead},
    keys::{BulkheadKeys, HeldBulkhead},
    line::{NoQueue, Queue},
    registry::{BulkheadHandle, bulkheads},
    state::BulkheadState,
};

/// A bulkhead that several functions share, or that an operator wants to reach by name.
///
/// `#[bulkhead(10)]` makes one of its own for each function. A `static` of this type is shared by
/// every function that names it: a pool of connections, say, that all of them use.
///
/// Default: a call that finds no slot is rejected at once with
/// [`Rejection::BulkheadFull`](crate::Rejection::BulkheadFull).
///
/// * A slot comes back when the call succeeds, fails, panics or is dropped, at whatever await.
/// * With [`wait`](Self::wait) calls stand in a queue: first come, first served. The queue is as long
///   as there are calls that wait, each of which holds its own place.
/// * A call that is leaked (`mem::forget`) keeps its slot: [`running`](Self::running) shows it.
///
/// ```
/// use std::time::Duration;
/// use resilience::Bulkhead;
///
/// static DB: Bulkhead = Bulkhead::new("db").max(10).wait(Duration::from_millis(100));
///
/// assert_eq!(DB.available(), Some(10));
/// ```
#[derive(Debug)]
pub struct Bulkhead {
    policy: Policy,
    state: BulkheadState,
}

impl Bulkhead {
    /// A bulkhead that has no size yet: say [`max`](Self::max). The name is the one in events and in
    /// [`bulkheads`].
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            policy: Policy::new(),
            state: BulkheadState::new(Name::Given(name)),
        }
    }

    /// The bulkhead of an annotated function, under the function's name.
    #[doc(hidden)]
    #[must_use]
    pub const fn of(site: &'static Site) -> Self {
        Self {
            policy: Policy::new(),
            state: BulkheadState::new(Name::Of(site)),
        }
    }

    /// So many calls run at once.
    #[must_use]
    pub const fn max(self, calls: u32) -> Self {
        let policy = self.policy.max(calls);
        self.with_policy(policy)
    }

    /// A call may wait so long for a slot. Default: it is rejected at once.
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

    /// How many slots are free. `None` where it has no size.
    #[must_use]
    pub fn available(&self) -> Option<u32> {
        self.state.available(&self.policy)
    }

    /// How many calls run.
    #[must_use]
    pub fn running(&self) -> u32 {
        self.state.running()
    }

    /// How many calls wait for a slot.
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

    /// Forgets what it has counted. Slots belong to the calls that hold them and come back with
    /// these.
    pub fn reset(&self) {
        self.state.reset();
    }
}

/// A closure that names a `static` takes no room in the future.
impl<F: Fn() -> &'static Bulkhead + Copy> BulkheadRef for F {
    #[inline]
    fn state(&self) -> &BulkheadState {
        &self().state
    }

    #[cold]
    #[inline(never)]
    fn list(&self) {
        let bulkhead = self();
        if bulkhead.state.mark_listed() {
            registry::LISTED.add(bulkhead);
        }
    }

    fn hold(&self) -> HeldBulkhead {
        HeldBulkhead::of(&self().state)
    }
}

#[cfg(test)]
mod tests;
