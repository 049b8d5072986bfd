//! What a cache holds: entries by key, loads under way, counters.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use resilience_policy::Cache as Policy;

use super::{
    CacheCounters, Look,
    look::Miss,
    registry::{self, Listed},
    shard::{Entry, Shard},
};
use crate::{
    event::call_event,
    flight::{Flights, Seat},
    keyed::{TypedKey, hash_of},
    outcome::Outcome,
    site::Name,
    time::{Instant, later, millis, now},
};

/// Locks of a cache for many entries.
const SHARDS: u32 = 16;
/// A cache for fewer entries has one shard, since each shard evicts only entries of its own.
const SHARDED_FROM: u32 = 1024;

/// The entries of one cache.
pub(crate) struct Store<K: Send + Sync + 'static, V: Cacheable> {
    name: Name,
    listed: AtomicBool,
    shards: OnceLock<Shards<K, V>>,
    flights: Flights<K, Arc<Entry<K, V>>>,
    misses: AtomicU64,
    waited: AtomicU64,
    stale: AtomicU64,
    failed: AtomicU64,
}

type Shards<K, V> = Box<[Mutex<Shard<K, V>>]>;

/// The place of one caller among those who want a key that is not there.
pub(super) type Place<K, V> = Seat<K, Arc<Entry<K, V>>>;

/// A value that a layer keeps and gives to more than one call.
#[diagnostic::on_unimplemented(
    message = "R050: a kept result is given to more than one call, and `{Self}` cannot be cloned",
    label = "`{Self}` needs `Clone` (and `Send + Sync + 'static`)",
    note = "derive `Clone` for it, or return it in an `Arc`"
)]
pub trait Cacheable: Sized + Send + Sync + 'static {
    /// A copy for one call.
    #[must_use]
    fn for_a_call(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> Cacheable for T {
    #[inline]
    fn for_a_call(&self) -> Self {
        self.clone()
    }
}

impl<K: Send + Sync + 'static, V: Cacheable> Store<K, V> {
    pub(crate) const fn new(name: Name) -> Self {
        Self {
            name,
            listed: AtomicBool::new(false),
            shards: OnceLock::new(),
            flights: Flights::new(),
            misses: AtomicU64::new(0),
            waited: AtomicU64::new(0),
            stale: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        }
    }

    /// Looks for a key.
    #[inline]
    pub(super) fn look<R, Q>(&'static self, policy: &Policy, key: &Q) -> Look<V, R>
    where
        R: Outcome<Ok = V>,
        Q: TypedKey<Owned = K>,
    {
        let (hash, now) = (hash_of(key), now());
        if let Some(shard) = self.shard(hash) {
            let found = lock(shard).hit(hash, now);
            if let Some(entry) = found
                && key.is(&entry.key)
            {
                return Look::Hit(entry.value.for_a_call());
            }
        }
        self.look_closer(policy, hash, key, now)
    }

    #[cold]
    #[inline(never)]
    fn look_closer<R, Q>(
        &'static self,
        policy: &Policy,
        hash: u64,
        key: &Q,
        now: Instant,
    ) -> Look<V, R>
    where
        R: Outcome<Ok = V>,
        Q: TypedKey<Owned = K>,
    {
        if !self.listed.load(Relaxed) && !self.listed.swap(true, Relaxed) {
            registry::list(self);
        }
        let found = || {
            let shard = self.shard(hash)?;
            let same = lock(shard).with_hash(hash);
            same.into_iter().find(|entry| key.is(&entry.key))
        };
        if let Some(entry) = found().filter(|entry| entry.fresh_until > now) {
            return Look::Hit(entry.value.for_a_call());
        }
        let seat = self.flights.join(hash, key);
        // Who led before may have ended between the two looks.
        let old = found();
        if let Some(entry) = old.as_ref().filter(|entry| entry.fresh_until > now) {
            self.waited.fetch_add(1, Relaxed);
            return Look::Hit(entry.value.for_a_call());
        }
        if !seat.leads()
            && let Some(entry) = old.as_ref().filter(|entry| entry.stale_until > now)
        {
            self.answered_stale(entry, now);
            return Look::Hit(entry.value.for_a_call());
        }
        Look::Miss(Box::new(Miss::new(self, *policy, seat, old)))
    }

    /// Puts in what a load has brought, and ends its flight.
    pub(super) fn keep(
        &'static self,
        policy: &Policy,
        seat: Place<K, V>,
        old: Option<&Arc<Entry<K, V>>>,
        value: V,
    ) {
        let (hash, key) = (seat.hash(), seat.key());
        let fresh_until = later(now(), policy.time_to_live());
        let entry = Arc::new(Entry {
            hash,
            key,
            value,
            fresh_until,
            stale_until: later(fresh_until, policy.stale_for()),
        });
        let (shard, max) = self.shard_for(hash, policy.entry_limit());
        let kept = Arc::clone(&entry);
        seat.finish(entry, || lock(shard).put(kept, old, max));
    }

    pub(super) fn count_miss(&self) {
        self.misses.fetch_add(1, Relaxed);
    }

    pub(super) fn count_waited(&self) {
        self.waited.fetch_add(1, Relaxed);
    }

    #[cold]
    fn answered_stale(&self, entry: &Entry<K, V>, now: Instant) {
        self.stale.fetch_add(1, Relaxed);
        let old = millis(now.saturating_duration_since(entry.fresh_until));
        call_event!(DEBUG, "cache_stale", self.name.get(), expired_ms = old);
    }

    /// The old value, if it still answers for a load that failed.
    #[cold]
    pub(super) fn instead(&self, old: &Entry<K, V>) -> Option<V> {
        let now = now();
        if old.stale_until <= now {
            return None;
        }
        self.failed.fetch_add(1, Relaxed);
        let age = millis(now.saturating_duration_since(old.fresh_until));
        call_event!(
            WARN,
            "cache_refresh_failed",
            self.name.get(),
            expired_ms = age
        );
        Some(old.value.for_a_call())
    }

    /// Forgets a key. A load that is under way goes on, and what it brings is not kept.
    pub(super) fn invalidate(&self, hash: u64, same: impl Fn(&K) -> bool) -> bool {
        self.flights.detach(hash, &same);
        let Some(shard) = self.shard(hash) else {
            return false;
        };
        let found = lock(shard).with_hash(hash);
        let mut found = found.into_iter().filter(|entry| same(&entry.key));
        let gone = found.next().and_then(|entry| lock(shard).remove(&entry));
        gone.is_some()
    }

    fn shards(&self) -> impl Iterator<Item = &Mutex<Shard<K, V>>> {
        self.shards.get().into_iter().flatten()
    }

    #[inline]
    fn shard(&self, hash: u64) -> Option<&Mutex<Shard<K, V>>> {
        let shards = self.shards.get()?;
        match &**shards {
            [one] => Some(one),
            // The high bits: the map inside the shard uses the low ones, and the highest.
            many => many.get((hash >> 32) as usize % SHARDS as usize),
        }
    }

    /// The shard of a hash, and how many entries it may have.
    fn shard_for(&self, hash: u64, max: u32) -> (&Mutex<Shard<K, V>>, usize) {
        let shards = self.shards.get_or_init(|| {
            let count = if max < SHARDED_FROM { 1 } else { SHARDS };
            (0..count).map(|_| Mutex::default()).collect()
        });
        let (count, max) = (shards.len(), usize::try_from(max).unwrap_or(usize::MAX));
        let place = (hash >> 32) as usize % count;
        // Together as many as `max`.
        let share = max / count + usize::from(place < max % count);
        (&shards[place], share)
    }
}

impl<K: Send + Sync + 'static, V: Cacheable> Listed for Store<K, V> {
    fn name(&self) -> &'static str {
        self.name.get()
    }

    fn len(&self) -> usize {
        self.shards().map(|shard| lock(shard).len()).sum()
    }

    fn counters(&self) -> CacheCounters {
        let (mut hits, mut evicted) = (0_u64, 0_u64);
        for shard in self.shards() {
            let shard = lock(shard);
            hits += shard.hits;
            evicted += shard.evicted;
        }
        CacheCounters {
            hits,
            misses: self.misses.load(Relaxed),
            waited: self.waited.load(Relaxed),
            stale: self.stale.load(Relaxed),
            refresh_failed: self.failed.load(Relaxed),
            evicted,
        }
    }

    #[cfg(feature = "testing")]
    fn reset(&self) {
        self.clear();
        for counter in [&self.misses, &self.waited, &self.stale, &self.failed] {
            counter.store(0, Relaxed);
        }
        for shard in self.shards() {
            let mut shard = lock(shard);
            (shard.hits, shard.evicted) = (0, 0);
        }
    }

    fn clear(&self) {
        self.flights.detach_all();
        for shard in self.shards() {
            let gone = lock(shard).clear();
            drop(gone);
        }
    }
}

impl<K: Send + Sync + 'static, V: Cacheable> fmt::Debug for Store<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("len", &Listed::len(self))
            .field("counters", &self.counters())
            .finish_non_exhaustive()
    }
}

fn lock<K, V>(shard: &Mutex<Shard<K, V>>) -> MutexGuard<'_, Shard<K, V>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
