//! A part of a cache under one lock.

use std::{collections::HashMap, sync::Arc};

use super::order::{NONE, Order};
use crate::{keyed::AsIs, time::Instant};

/// One key and its value. It never changes: a new value is a new entry.
pub(crate) struct Entry<K, V> {
    pub(super) hash: u64,
    pub(super) key: Arc<K>,
    pub(super) value: V,
    /// Until then it answers.
    pub(super) fresh_until: Instant,
    /// Until then it may answer while, or because, there is nothing newer.
    pub(super) stale_until: Instant,
}

/// User code (`Eq`, `Clone`, `Drop` of keys and values) never runs in here: entries come in and
/// go out as shared pointers.
pub(super) struct Shard<K, V> {
    /// The place of the first entry with each hash.
    places: HashMap<u64, u32, AsIs>,
    slab: Vec<Slot<K, V>>,
    free: Vec<u32>,
    order: Order,
    pub(super) hits: u64,
    pub(super) evicted: u64,
}

struct Slot<K, V> {
    entry: Option<Arc<Entry<K, V>>>,
    /// The place of the next entry with the hash of another key: none, unless a user's `Hash` is
    /// very poor.
    next: u32,
}

impl<K, V> Default for Shard<K, V> {
    fn default() -> Self {
        Self {
            places: HashMap::default(),
            slab: Vec::new(),
            free: Vec::new(),
            order: Order::default(),
            hits: 0,
            evicted: 0,
        }
    }
}

impl<K, V> Shard<K, V> {
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// The first entry with this hash, if it still answers: nearly always the one meant.
    #[inline]
    pub(super) fn hit(&mut self, hash: u64, now: Instant) -> Option<Arc<Entry<K, V>>> {
        let place = *self.places.get(&hash)?;
        let entry = self.slab.get(place as usize)?.entry.as_ref()?;
        if entry.fresh_until <= now {
            return None;
        }
        let entry = Arc::clone(entry);
        self.order.asked(place);
        self.hits += 1;
        Some(entry)
    }

    /// All entries with this hash.
    pub(super) fn with_hash(&self, hash: u64) -> Vec<Arc<Entry<K, V>>> {
        let mut found = Vec::new();
        let mut place = self.places.get(&hash).copied().unwrap_or(NONE);
        while let Some(slot) = self.slab.get(place as usize) {
            found.extend(slot.entry.clone());
            place = slot.next;
        }
        found
    }

    /// Puts in an entry in the place of `old`, or as a new one, and takes out what has no room.
    ///
    /// Only who leads the flight of a key brings entries of it, so that `old` is the only other
    /// one with the key.
    pub(super) fn put(
        &mut self,
        entry: Arc<Entry<K, V>>,
        old: Option<&Arc<Entry<K, V>>>,
        max: usize,
    ) -> Vec<Arc<Entry<K, V>>> {
        let mut out = Vec::new();
        let place = old.and_then(|old| self.place_of(old));
        if let Some(slot) = place.and_then(|place| self.slab.get_mut(place as usize)) {
            out.extend(slot.entry.replace(entry));
            return out;
        }
        while self.len() >= max {
            let Some(evicted) = self.order.evict(max) else {
                break;
            };
            self.evicted += 1;
            out.extend(self.take(evicted));
        }
        if max == 0 {
            // A shard of a cache that has become smaller than their number.
            out.push(entry);
            return out;
        }
        let hash = entry.hash;
        let next = self.places.get(&hash).copied().unwrap_or(NONE);
        let slot = Slot {
            entry: Some(entry),
            next,
        };
        let place = match self.free.pop() {
            Some(place) => place,
            None => u32::try_from(self.slab.len()).unwrap_or(NONE),
        };
        match self.slab.get_mut(place as usize) {
            Some(free) => *free = slot,
            None => self.slab.push(slot),
        }
        self.places.insert(hash, place);
        self.order.insert(place, hash);
        out
    }

    /// Takes out an entry, if it is still there.
    pub(super) fn remove(&mut self, entry: &Arc<Entry<K, V>>) -> Option<Arc<Entry<K, V>>> {
        let place = self.place_of(entry)?;
        self.order.remove(place);
        self.take(place)
    }

    /// Takes out all entries.
    pub(super) fn clear(&mut self) -> Vec<Arc<Entry<K, V>>> {
        let gone = std::mem::take(self);
        (self.hits, self.evicted) = (gone.hits, gone.evicted);
        gone.slab
            .into_iter()
            .filter_map(|slot| slot.entry)
            .collect()
    }

    fn place_of(&self, entry: &Arc<Entry<K, V>>) -> Option<u32> {
        let mut place = *self.places.get(&entry.hash)?;
        loop {
            let slot = self.slab.get(place as usize)?;
            if slot.entry.as_ref().is_some_and(|it| Arc::ptr_eq(it, entry)) {
                return Some(place);
            }
            place = slot.next;
        }
    }

    /// Empties a place that is in no queue any more.
    fn take(&mut self, place: u32) -> Option<Arc<Entry<K, V>>> {
        let slot = self.slab.get_mut(place as usize)?;
        let (entry, next) = (slot.entry.take()?, slot.next);
        self.free.push(place);
        let hash = entry.hash;
        if self.places.get(&hash) == Some(&place) {
            if next == NONE {
                self.places.remove(&hash);
            } else {
                self.places.insert(hash, next);
            }
        } else {
            let mut before = self.places.get(&hash).copied().unwrap_or(NONE);
            while let Some(slot) = self.slab.get_mut(before as usize) {
                if slot.next == place {
                    slot.next = next;
                    break;
                }
                before = slot.next;
            }
        }
        Some(entry)
    }
}

#[cfg(test)]
mod tests;
