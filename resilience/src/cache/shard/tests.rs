//! Random puts, hits and removals against a map, and the queues against each other.

use std::{collections::HashMap, time::Duration};

use super::*;
use crate::time::now;

type Entries = Shard<u32, u64>;

fn entry(hash: u64, key: u32, value: u64) -> Arc<Entry<u32, u64>> {
    let until = now() + Duration::from_secs(60);
    Arc::new(Entry {
        hash,
        key: Arc::new(key),
        value,
        fresh_until: until,
        stale_until: until,
    })
}

fn found(shard: &Entries, hash: u64, key: u32) -> Option<Arc<Entry<u32, u64>>> {
    let mut same = shard.with_hash(hash).into_iter();
    same.find(|entry| *entry.key == key)
}

/// So many different hashes: with few of them most keys share theirs.
fn agrees_with_a_map(seed: u64, max: usize, hashes: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut shard, mut map) = (Entries::default(), HashMap::new());
    for step in 0..20_000 {
        let key = random.u32(0..64);
        let hash = u64::from(key) % hashes;
        let old = found(&shard, hash, key);
        if let Some(old) = &old {
            assert_eq!(map.get(&key), Some(&old.value), "a value that nobody put");
        }
        match random.u8(0..8) {
            0 => {
                map.remove(&key);
                let gone = old.and_then(|old| shard.remove(&old));
                assert!(gone.is_none_or(|gone| *gone.key == key));
                assert!(found(&shard, hash, key).is_none());
            }
            1..4 => {
                map.insert(key, step);
                for gone in shard.put(entry(hash, key, step), old.as_ref(), max) {
                    if *gone.key != key {
                        map.remove(&gone.key);
                    }
                }
                assert_eq!(found(&shard, hash, key).map(|it| it.value), Some(step));
            }
            _ => {
                let hit = shard.hit(hash, now());
                assert_eq!(hit.is_some(), !shard.with_hash(hash).is_empty());
            }
        }
        assert!(shard.len() <= max, "{} of {max}", shard.len());
        assert_eq!(shard.len(), map.len());
        let slots = shard.slab.iter().filter(|slot| slot.entry.is_some());
        assert_eq!(slots.count(), map.len());
    }
    assert_eq!(shard.clear().len(), map.len());
    assert_eq!(shard.len(), 0);
}

#[test]
fn it_never_holds_more_than_it_may_and_agrees_with_a_map() {
    for (seed, max) in (0..).zip([1, 2, 3, 7, 20, 40, 64, 100]) {
        agrees_with_a_map(seed, max, u64::MAX);
    }
}

#[test]
fn keys_that_share_a_hash_are_kept_apart() {
    for (seed, hashes) in (10..).zip([1, 2, 3, 16]) {
        agrees_with_a_map(seed, 20, hashes);
    }
}

#[test]
fn what_is_asked_for_outlives_a_scan() {
    let mut shard = Entries::default();
    let put = |shard: &mut Entries, key: u32| {
        let old = found(shard, key.into(), key);
        shard.put(entry(key.into(), key, 0), old.as_ref(), 100);
    };
    for key in 0..80 {
        put(&mut shard, key);
        shard.hit(key.into(), now());
    }
    for key in 1000..2000 {
        put(&mut shard, key);
    }
    let left = (0..80).filter(|key| found(&shard, u64::from(*key), *key).is_some());
    assert_eq!(left.count(), 80);
    assert_eq!(shard.evicted, 980);
}

#[test]
fn a_smaller_bound_is_met_by_the_next_put() {
    let mut shard = Entries::default();
    for key in 0..50 {
        shard.put(entry(key.into(), key, 0), None, 50);
    }
    let gone = shard.put(entry(99, 99, 0), None, 10);
    assert_eq!((shard.len(), gone.len()), (10, 41));
    let gone = shard.put(entry(100, 100, 0), None, 0);
    assert_eq!((shard.len(), gone.len()), (0, 11));
}
