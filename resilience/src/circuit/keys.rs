//! One circuit per key: per host, per tenant, per account.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use resilience_policy::Circuit as CircuitPolicy;

use super::{CircuitRef, CircuitState, registry};
use crate::{
    event::event,
    keyed::{Evictable, Key, Keyed, KeyedStore},
    site::{Name, Site},
};

/// The circuits of one function that has a `key`; the macro writes one `static` of it.
///
/// At most `keys_max` keys are remembered. A new key takes the place of one that is idle and
/// healthy: closed, no call under way, no failure that still counts. Where there is none, the new
/// key is let through without a circuit: a flood of keys must neither reset a failing key nor
/// reject a healthy one. That is counted, and told once in a while as `circuit_keys_full`.
#[derive(Debug)]
pub struct CircuitKeys {
    name: Name,
    policy: CircuitPolicy,
    store: KeyedStore<KeyState>,
    listed: AtomicBool,
}

/// The circuit of one key.
#[derive(Debug)]
pub(super) struct KeyState(pub(super) CircuitState);

impl Evictable for KeyState {
    fn is_evictable(&self, now: u64) -> bool {
        self.0.is_idle(now)
    }
}

/// The circuit of one key, as a call holds it.
#[derive(Debug, Clone)]
pub struct KeyedCircuit(Option<Arc<Keyed<KeyState>>>);

impl CircuitKeys {
    /// No keys yet, under a name of its own.
    #[must_use]
    pub const fn new(name: &'static str, policy: CircuitPolicy) -> Self {
        Self::with(Name::Given(name), policy)
    }

    /// No keys yet, under the name of the annotated function.
    #[must_use]
    pub const fn of(site: &'static Site, policy: CircuitPolicy) -> Self {
        Self::with(Name::Of(site), policy)
    }

    const fn with(name: Name, policy: CircuitPolicy) -> Self {
        let store = KeyedStore::new();
        Self {
            name,
            policy,
            store,
            listed: AtomicBool::new(false),
        }
    }

    /// The policy it was made with.
    pub const fn policy(&self) -> &CircuitPolicy {
        &self.policy
    }

    /// The circuit of a key.
    #[must_use]
    pub fn at<K: Key>(&'static self, key: &K) -> KeyedCircuit {
        self.under(&self.policy, key)
    }

    /// The circuit of a key, where the call brings its policy: it says how many keys are kept.
    #[must_use]
    pub fn under<K: Key>(&'static self, policy: &CircuitPolicy, key: &K) -> KeyedCircuit {
        let state = || KeyState(CircuitState::keyed(self.name));
        let keys_max = policy.key_limit();
        let found = self.store.find_or_insert(key, keys_max, state);
        if found.is_none() {
            self.overflowed(keys_max);
        }
        if !self.listed.load(Relaxed) && !self.listed.swap(true, Relaxed) {
            registry::list_keys(self);
        }
        KeyedCircuit(found)
    }

    /// How many calls had a key that could not be remembered.
    #[must_use]
    pub fn untracked(&self) -> u64 {
        self.store.refused()
    }

    /// How many keys are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether no key is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn live(&'static self) -> Vec<Arc<Keyed<KeyState>>> {
        self.store.live()
    }

    /// For the test kit: calls under way keep their own state, new ones begin anew.
    pub(super) fn wipe(&'static self) {
        for entry in self.store.clear() {
            entry.value().0.wipe();
        }
    }

    /// Told at the 1st, 2nd, 4th, 8th … time: a flood of keys must not become one of events.
    #[cold]
    fn overflowed(&self, keys_max: u32) {
        let refused = self.store.refused();
        if refused.is_power_of_two() {
            event!(
                WARN,
                "circuit_keys_full",
                self.name.get(),
                keys_max = keys_max,
                untracked = refused
            );
        }
    }
}

/// What a key without a circuit passes through.
static UNTRACKED: CircuitState = CircuitState::pass(Name::Given("untracked"));

/// By reference: below `retry` every attempt passes through the same one.
impl CircuitRef for &KeyedCircuit {
    #[inline]
    fn shared(&self) -> &CircuitState {
        (**self).shared()
    }

    fn list(&self) {}
}

impl CircuitRef for KeyedCircuit {
    #[inline]
    fn shared(&self) -> &CircuitState {
        self.0
            .as_deref()
            .map_or(&UNTRACKED, |entry| &entry.value().0)
    }

    fn list(&self) {}
}

#[cfg(test)]
mod tests;
