//! The bounded map.

use std::{
    any::Any,
    collections::{HashMap, hash_map::Entry},
    fmt,
    hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{
            AtomicBool, AtomicU64, AtomicUsize,
            Ordering::{AcqRel, Acquire, Relaxed},
        },
    },
};

use super::Key;
use crate::time::{now, stamp};

const SHARDS: usize = 16;
/// A map for fewer entries has one shard, since each shard forgets only entries of its own.
const SHARDED_FROM: u32 = 1024;
/// So many entries are looked at to find one that may go.
const SCAN: usize = 32;
/// Who holds an entry that no call uses: the map and the ring.
const AT_REST: usize = 2;

/// A value that can be forgotten when it means nothing any more.
pub(crate) trait Evictable {
    /// Whether forgetting it now would lose nothing. Called under a lock: no user code.
    fn is_evictable(&self, now: u64) -> bool;
}

/// One key and its value.
pub(crate) struct Keyed<V> {
    hash: u64,
    key: Box<dyn Any + Send + Sync>,
    text: Box<str>,
    /// Used since the hand last came by.
    used: AtomicBool,
    value: V,
}

impl<V> Keyed<V> {
    #[inline]
    pub(crate) fn value(&self) -> &V {
        &self.value
    }

    /// The key, as `Debug` showed it when it was new.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl<V: fmt::Debug> fmt::Debug for Keyed<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyed")
            .field("key", &self.text)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

/// A bounded map from keys of any type to shared values.
///
/// `Eq`, `Clone`, `Debug` and `Drop` of keys are user code and never run under a lock: entries
/// are shared pointers, taken out under the lock and looked at outside.
pub(crate) struct KeyedStore<V> {
    shards: OnceLock<Box<[Mutex<Shard<V>>; SHARDS]>>,
    len: AtomicUsize,
    refused: AtomicU64,
}

struct Shard<V> {
    /// The first entry with each hash.
    heads: HashMap<u64, Arc<Keyed<V>>, BuildHasherDefault<AsIs>>,
    /// Further entries with the hash of another key: none, unless a user's `Hash` is very poor.
    others: Vec<Arc<Keyed<V>>>,
    /// All entries, for the hand that looks for one to forget.
    ring: Vec<Arc<Keyed<V>>>,
    hand: usize,
}

impl<V> Default for Shard<V> {
    fn default() -> Self {
        Self {
            heads: HashMap::default(),
            others: Vec::new(),
            ring: Vec::new(),
            hand: 0,
        }
    }
}

impl<V: Evictable> KeyedStore<V> {
    pub(crate) const fn new() -> Self {
        let (len, refused) = (AtomicUsize::new(0), AtomicU64::new(0));
        Self {
            shards: OnceLock::new(),
            len,
            refused,
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
            used: AtomicBool::new(false),
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

impl<V: Evictable> Shard<V> {
    fn of_hash(&self, hash: u64) -> impl Iterator<Item = &Arc<Keyed<V>>> {
        let others = self.others.iter().filter(move |entry| entry.hash == hash);
        self.heads.get(&hash).into_iter().chain(others)
    }

    fn with_hash(&self, hash: u64) -> Vec<Arc<Keyed<V>>> {
        self.of_hash(hash).map(Arc::clone).collect()
    }

    fn push(&mut self, entry: Arc<Keyed<V>>) {
        self.ring.push(Arc::clone(&entry));
        match self.heads.entry(entry.hash) {
            Entry::Occupied(_) => self.others.push(entry),
            Entry::Vacant(place) => {
                place.insert(entry);
            }
        }
    }

    /// Takes out one that is not in use and means nothing, preferably one not used lately.
    fn evict(&mut self, now: u64) -> Option<Arc<Keyed<V>>> {
        let mut second_best = None;
        for _ in 0..SCAN.min(self.ring.len()) {
            self.hand = if self.hand + 1 < self.ring.len() {
                self.hand + 1
            } else {
                0
            };
            let entry = self.ring.get(self.hand)?;
            if Arc::strong_count(entry) > AT_REST || !entry.value.is_evictable(now) {
                continue;
            }
            if !entry.used.swap(false, Relaxed) {
                return Some(self.remove(self.hand));
            }
            second_best = second_best.or(Some(self.hand));
        }
        second_best.map(|index| self.remove(index))
    }

    fn remove(&mut self, index: usize) -> Arc<Keyed<V>> {
        let entry = self.ring.swap_remove(index);
        let is_head = self
            .heads
            .get(&entry.hash)
            .is_some_and(|head| Arc::ptr_eq(head, &entry));
        if is_head {
            self.heads.remove(&entry.hash);
        }
        self.others.retain(|other| !Arc::ptr_eq(other, &entry));
        entry
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
    static STATE: OnceLock<RandomState> = OnceLock::new();
    STATE.get_or_init(RandomState::new)
}

struct KeyHash<'k, K>(&'k K);

impl<K: Key> std::hash::Hash for KeyHash<'_, K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash_into(state);
    }
}

/// Hashes of hashes: as they are.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests;
