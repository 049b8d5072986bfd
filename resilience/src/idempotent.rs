//! The `idempotent` layer: the same key, the same result, and one run.

mod future;
mod ledger;
mod store;
mod stored;

use resilience_policy::Idempotent as IdempotentPolicy;

use self::ledger::Ledger;
#[cfg(feature = "testing")]
pub(crate) use self::registry::forget_all;
pub use self::{
    future::{Begin, First, IdempotentFuture, idempotent},
    store::{Begun, IdempotencyStore, StoreError},
    stored::{IdempotentLayer, StoreKey, idempotent_in, store_key},
};
use crate::{
    cache::Cacheable, instances::Instances, keyed::TypedKey, outcome::Outcome, site::Site,
};

/// The results of an idempotent function in memory, one for each of its instances.
#[derive(Debug)]
pub struct Idempotents {
    site: &'static Site,
    instances: Instances,
}

impl Idempotents {
    /// Nothing is known yet.
    #[must_use]
    pub const fn of(site: &'static Site) -> Self {
        Self {
            site,
            instances: Instances::new(),
        }
    }

    /// What is known of a key. `mark` is of a type that only this instance of the function has.
    pub fn begin<R, V, M, Q>(
        &'static self,
        policy: &IdempotentPolicy,
        _mark: M,
        key: &Q,
    ) -> Begin<V, R>
    where
        R: Outcome<Ok = V>,
        V: Cacheable,
        M: 'static,
        Q: TypedKey,
    {
        let ledger = self.instances.of::<M, Ledger<Q::Owned, V>>(Ledger::new);
        #[cfg(feature = "testing")]
        registry::list(ledger);
        match ledger.begin(key) {
            ledger::Begun::Done(value) => Begin::Done(value),
            ledger::Begun::Part(part) => Begin::Run(Box::new(future::Run {
                site: self.site,
                policy: *policy,
                part,
            })),
        }
    }
}

/// All ledgers that have been used, for the test kit to empty.
#[cfg(feature = "testing")]
mod registry {
    use std::sync::{Mutex, PoisonError, atomic::Ordering::Relaxed};

    use super::Ledger;
    use crate::cache::Cacheable;

    trait Forgets: Send + Sync {
        fn forget(&self);
    }

    impl<K: Send + Sync + 'static, V: Cacheable> Forgets for Ledger<K, V> {
        fn forget(&self) {
            Self::forget(self);
        }
    }

    static ALL: Mutex<Vec<&'static dyn Forgets>> = Mutex::new(Vec::new());

    pub(super) fn list<K: Send + Sync + 'static, V: Cacheable>(ledger: &'static Ledger<K, V>) {
        if !ledger.listed.swap(true, Relaxed) {
            let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
            all.push(ledger);
        }
    }

    pub(crate) fn forget_all() {
        let all = ALL.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for ledger in all {
            ledger.forget();
        }
    }
}
