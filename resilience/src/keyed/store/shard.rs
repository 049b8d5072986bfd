//! A part of the map under one lock: entries, and the hand that finds one to forget.

use std::{
    any::Any,
    collections::{HashMap, hash_map::Entry},
    fmt,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use crate::sync::{AtomicBool, Ordering::Relaxed};

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
    pub(super) hash: u64,
    pub(super) key: Box<dyn Any + Send + Sync>,
    pub(super) text: Box<str>,
    /// Used since the hand last came by.
    pub(super) used: AtomicBool,
    pub(super) value: V,
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

pub(super) struct Shard<V> {
    /// The first entry with each hash.
    pub(super) heads: HashMap<u64, Arc<Keyed<V>>, BuildHasherDefault<AsIs>>,
    /// Further entries with the hash of another key: none, unless a user's `Hash` is very poor.
    others: Vec<Arc<Keyed<V>>>,
    /// All entries, for the hand that looks for one to forget.
    pub(super) ring: Vec<Arc<Keyed<V>>>,
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

impl<V: Evictable> Shard<V> {
    pub(super) fn of_hash(&self, hash: u64) -> impl Iterator<Item = &Arc<Keyed<V>>> {
        let others = self.others.iter().filter(move |entry| entry.hash == hash);
        self.heads.get(&hash).into_iter().chain(others)
    }

    pub(super) fn with_hash(&self, hash: u64) -> Vec<Arc<Keyed<V>>> {
        self.of_hash(hash).map(Arc::clone).collect()
    }

    pub(super) fn push(&mut self, entry: Arc<Keyed<V>>) {
        self.ring.push(Arc::clone(&entry));
        match self.heads.entry(entry.hash) {
            Entry::Occupied(_) => self.others.push(entry),
            Entry::Vacant(place) => {
                place.insert(entry);
            }
        }
    }

    /// Takes out one that is not in use and means nothing, preferably one not used lately.
    pub(super) fn evict(&mut self, now: u64) -> Option<Arc<Keyed<V>>> {
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

/// Hashes of hashes: as they are.
#[derive(Default)]
pub(super) struct AsIs(u64);

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
