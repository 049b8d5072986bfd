//! The limits of one function that has a `key`: a state for each, and one for those that find no
//! place.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use super::{Evictable, Key, Keyed, KeyedStore};
use crate::site::{Name, Site};

/// The state of a limit that can have keys.
pub(crate) trait KeyedState: Evictable + Sized + 'static {
    /// The values of the limit.
    type Policy: 'static;
    /// The state of a new key.
    fn fresh(name: Name) -> Self;
    /// How many keys are remembered.
    fn keys_max(policy: &Self::Policy) -> u32;
    /// Makes the keys known to operators.
    fn list(keys: &'static Keys<Self>);
    /// Tells that a new key found no place.
    fn report_full(name: &'static str, keys_max: u32, untracked: u64);
}

/// At most `keys_max` keys are remembered. A new key takes the place of one that is idle. Where
/// there is none, it shares one state with all others that found none: a flood of keys can neither
/// reset a limit nor get around it.
pub(crate) struct Keys<V: KeyedState> {
    name: Name,
    policy: V::Policy,
    store: KeyedStore<V>,
    overflow: V,
    listed: AtomicBool,
}

/// A state, as a call holds it.
pub(crate) struct At<V: 'static>(Place<V>);

enum Place<V: 'static> {
    Key(Arc<Keyed<V>>),
    Static(&'static V),
}

impl<V: KeyedState> Keys<V> {
    pub(crate) const fn new(site: &'static Site, policy: V::Policy, overflow: V) -> Self {
        Self {
            name: Name::Of(site),
            policy,
            store: KeyedStore::new(),
            overflow,
            listed: AtomicBool::new(false),
        }
    }

    pub(crate) const fn policy(&self) -> &V::Policy {
        &self.policy
    }

    /// The state of a key, where the call brings its policy: it says how many keys are kept.
    pub(crate) fn under<K: Key>(&'static self, policy: &V::Policy, key: &K) -> At<V> {
        let keys_max = V::keys_max(policy);
        let found = self
            .store
            .find_or_insert(key, keys_max, || V::fresh(self.name));
        if !self.listed.load(Relaxed) && !self.listed.swap(true, Relaxed) {
            V::list(self);
        }
        let place = found.map_or_else(
            || {
                self.overflowed(keys_max);
                Place::Static(&self.overflow)
            },
            Place::Key,
        );
        At(place)
    }

    pub(crate) fn live(&self) -> Vec<Arc<Keyed<V>>> {
        self.store.live()
    }

    /// For the test kit: calls under way keep their own state, new ones begin anew.
    pub(crate) fn wipe(&self, wipe: impl Fn(&V)) {
        self.store.clear();
        wipe(&self.overflow);
    }

    /// Told at the 1st, 2nd, 4th, 8th … time: a flood of keys must not become one of events.
    #[cold]
    fn overflowed(&self, keys_max: u32) {
        let refused = self.store.refused();
        if refused.is_power_of_two() {
            V::report_full(self.name.get(), keys_max, refused);
        }
    }
}

impl<V> At<V> {
    /// The state of a limit without keys.
    pub(crate) const fn of(state: &'static V) -> Self {
        Self(Place::Static(state))
    }

    #[inline]
    pub(crate) fn state(&self) -> &V {
        match &self.0 {
            Place::Key(entry) => entry.value(),
            Place::Static(state) => state,
        }
    }
}

impl<V> Clone for At<V> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Place::Key(entry) => Place::Key(Arc::clone(entry)),
            Place::Static(state) => Place::Static(state),
        })
    }
}

impl<V> fmt::Debug for At<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("At").finish_non_exhaustive()
    }
}

impl<V: KeyedState> fmt::Debug for Keys<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("name", &self.name)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}
