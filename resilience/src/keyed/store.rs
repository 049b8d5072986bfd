//! The bounded map.

mod shard;

use std::{
    fmt,
    hash::{BuildHasher, Hasher, RandomState},
    sync::{Arc, LazyLock, Weak},
};

use self::shard::Shard;
pub(crate) use self::shard::{Evictable, Keyed};
use super::Key;
use crate::{
    sync::{
        AtomicBool, AtomicU64, AtomicUsize, Mutex, MutexGuard, OnceLock,
        Ordering::{AcqRel, Acquire, Relaxed},
        PoisonError,
    },
    time::{now, stamp},
};

const SHARDS: usize = 16;
/// A map for fewer entries has one shard, since each shard forgets only entries of its own.
const SHARDED_FROM: u32 = 1024;

/// A bounded map from keys of any type to shared values.
///
/// `Eq`, `Clone`, `Debug` and `Drop` of keys are user code and never run under a lock: entries
/// are shared pointers, taken out under the lock and looked at outside.
pub(crate) struct KeyedStore<V> {
    shards: OnceLock<Box<[Mutex<Shard<V>>; SHARDS]>>,
    len: AtomicUsize,
    refused: AtomicU64,
}

impl<V: Evictable> KeyedStore<V> {
    pub(crate) const fn new() -> Self {
        Self {
            shards: OnceLock::new(),
            len: AtomicUsize::new(0),
            refused: AtomicU64::new(0),
        }
    }

    /// The value of a key. `None` if the key is new, there are `max` others, and none of those
    /// looked at may go.
    pub(crate) fn find_or_insert<K: Key>(
        &self,
        key: &K,
        max: u32,
        value: impl FnOnce() -> V,
    ) -> Option<Arc<Keyed<V>>> {
        let hash = random_state().hash_one(KeyHash(key));
        let shard = self.shard(hash, max);
        let first = lock(shard).heads.get(&hash).map(Arc::clone);
        if let Some(entry) = first
            && key.matches(&*entry.key)
        {
            // A look is cheaper than a write to a line that other threads read.
            if !entry.used.load(Relaxed) {
                entry.used.store(true, Relaxed);
            }
            return Some(entry);
        }
        self.insert(shard, hash, key, max, value())
    }

    #[cold]
    fn insert<K: Key>(
        &self,
        shard: &Mutex<Shard<V>>,
        hash: u64,
        key: &K,
        max: u32,
        value: V,
    ) -> Option<Arc<Keyed<V>>> {
        let (owned, text) = (key.to_owned_key(), key.text());
        let entry = Arc::new(Keyed {
            hash,
            key: owned,
            text,
            used: AtomicBool::default(),
            value,
        });
        let now = stamp(now());
        let mut known: Vec<Weak<Keyed<V>>> = Vec::new();
        loop {
            // Keys are compared outside the lock, so others may come in between: look again.
            let same = lock(shard).with_hash(hash);
            let fresh = |other: &&Arc<Keyed<V>>| !is_known(&known, other);
            if let Some(found) = same
                .iter()
                .filter(fresh)
                .find(|other| key.matches(&*other.key))
            {
                return Some(Arc::clone(found));
            }
            // Weak, so that the ones just looked at may be forgotten.
            known = same.iter().map(Arc::downgrade).collect();
            drop(same);

            let mut locked = lock(shard);
            if !locked.of_hash(hash).all(|other| is_known(&known, other)) {
                continue;
            }
            let evicted = if self.grow(max) {
                None
            } else if let Some(evicted) = locked.evict(now) {
                Some(evicted)
            } else {
                self.refused.fetch_add(1, Relaxed);
                return None;
            };
            locked.push(Arc::clone(&entry));
            drop(locked);
            // The key's destructor is user code.
            drop(evicted);
            return Some(entry);
        }
    }

    /// Takes a place for one more, if there is one.
    fn grow(&self, max: u32) -> bool {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let more = |len: usize| (len < max).then_some(len + 1);
        self.len.fetch_update(AcqRel, Acquire, more).is_ok()
    }

    /// All entries.
    pub(crate) fn live(&self) -> Vec<Arc<Keyed<V>>> {
        let Some(shards) = self.shards.get() else {
            return Vec::new();
        };
        shards
            .iter()
            .flat_map(|shard| lock(shard).ring.clone())
            .collect()
    }

    /// Forgets all entries, and gives them to the caller.
    pub(crate) fn clear(&self) -> Vec<Arc<Keyed<V>>> {
        let Some(shards) = self.shards.get() else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for shard in &**shards {
            let mut locked = lock(shard);
            let gone = std::mem::take(&mut *locked);
            self.len.fetch_sub(gone.ring.len(), AcqRel);
            drop(locked);
            all.extend(gone.ring);
        }
        all
    }

    pub(crate) fn len(&self) -> usize {
        self.len.load(Acquire)
    }

    /// How often a key found no place.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    fn shard(&self, hash: u64, max: u32) -> &Mutex<Shard<V>> {
        let shards = self.shards.get_or_init(Box::default);
        let [first, ..] = &**shards;
        if max < SHARDED_FROM {
            return first;
        }
        // The high bits: the map inside the shard uses the low ones.
        let index = usize::try_from(hash >> 48).unwrap_or(0) % SHARDS;
        shards.get(index).unwrap_or(first)
    }
}

impl<V> fmt::Debug for KeyedStore<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyedStore")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

fn is_known<V>(known: &[Weak<Keyed<V>>], entry: &Arc<Keyed<V>>) -> bool {
    known.iter().any(|old| old.as_ptr() == Arc::as_ptr(entry))
}

fn lock<V>(shard: &Mutex<Shard<V>>) -> MutexGuard<'_, Shard<V>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One seed per process, so that nobody can choose keys that collide.
fn random_state() -> &'static RandomState {
    static STATE: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    &STATE
}

struct KeyHash<'k, K>(&'k K);

impl<K: Key> std::hash::Hash for KeyHash<'_, K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash_into(state);
    }
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests;
