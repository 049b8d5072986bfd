//! The bounded map with keys that misbehave.

use std::{
    cell::RefCell,
    hash::Hash,
    sync::{Barrier, atomic::Ordering::SeqCst},
    thread,
};

use super::*;
use crate::keyed::{KeyByClone as _, KeyOf};

#[derive(Debug, Default)]
struct Value {
    pinned: AtomicBool,
    marked: AtomicBool,
}

impl Evictable for Value {
    fn is_evictable(&self, _now: u64) -> bool {
        !self.pinned.load(SeqCst)
    }
}

fn find<T>(store: &KeyedStore<Value>, key: &T, max: u32) -> Option<Arc<Keyed<Value>>>
where
    T: Clone + Hash + Eq + fmt::Debug + Send + Sync + 'static,
{
    store.find_or_insert(&KeyOf(key).pick(), max, Value::default)
}

thread_local! {
    /// Runs whenever user code of a key runs.
    static HOOK: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

fn hook() {
    HOOK.with_borrow(|hook| {
        if let Some(hook) = hook {
            hook();
        }
    });
}

/// All keys have the same hash.
#[derive(Debug, Clone)]
struct Poor(u32);

impl Hash for Poor {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u8(0);
    }
}

impl PartialEq for Poor {
    fn eq(&self, other: &Self) -> bool {
        hook();
        self.0 == other.0
    }
}

impl Eq for Poor {}

impl Drop for Poor {
    fn drop(&mut self) {
        hook();
    }
}

#[test]
fn keys_with_the_same_hash_are_told_apart() {
    let store = KeyedStore::new();
    for round in 0..3 {
        for key in 0..50 {
            let entry = find(&store, &Poor(key), 50).expect("there is room");
            assert_eq!(entry.value.pinned.swap(true, SeqCst), round > 0);
        }
    }
    assert_eq!(store.len(), 50);
    assert!(find(&store, &Poor(50), 50).is_none());
    for entry in store.live() {
        entry.value.pinned.store(false, SeqCst);
    }
    for key in 100..300 {
        assert!(find(&store, &Poor(key), 50).is_some());
        assert_eq!((store.len(), store.live().len()), (50, 50));
    }
}

#[test]
fn code_of_keys_never_runs_under_a_lock() {
    let store: &'static KeyedStore<Value> = Box::leak(Box::new(KeyedStore::new()));
    let free = || {
        for shard in store
            .shards
            .get()
            .into_iter()
            .flat_map(|shards| shards.iter())
        {
            assert!(shard.try_lock().is_ok());
        }
    };
    HOOK.set(Some(Box::new(free)));
    for key in 0..20 {
        find(store, &Poor(key % 7), 4);
    }
    drop(store.clear());
    HOOK.set(None);
}

#[test]
fn a_key_that_panics_leaves_the_store_usable() {
    let store: &'static KeyedStore<Value> = Box::leak(Box::new(KeyedStore::new()));
    find(store, &Poor(1), 10);
    HOOK.set(Some(Box::new(|| {
        assert!(thread::panicking(), "of the key");
    })));
    let outcome = std::panic::catch_unwind(|| find(store, &Poor(2), 10).is_some());
    HOOK.set(None);
    assert!(outcome.is_err());
    assert!(find(store, &Poor(2), 10).is_some());
    assert_eq!(store.len(), 2);
}

#[test]
fn keys_used_lately_stay_longer() {
    let store = KeyedStore::new();
    for key in 0..8_u32 {
        assert!(find(&store, &key, 8).is_some());
    }
    find(&store, &3_u32, 8)
        .expect("it is there")
        .value
        .marked
        .store(true, SeqCst);
    for key in 100..500_u32 {
        assert!(find(&store, &key, 8).is_some());
        let used = find(&store, &3_u32, 8).expect("it is there");
        assert!(used.value.marked.load(SeqCst), "it never went");
    }
    assert_eq!(store.len(), 8);
}

#[test]
fn threads_that_bring_the_same_new_key_share_one_entry() {
    for _ in 0..50 {
        let (store, start) = (KeyedStore::new(), Barrier::new(4));
        let found: Vec<_> = thread::scope(|scope| {
            let bring = || {
                start.wait();
                find(&store, &Poor(1), 10).expect("there is room")
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(bring)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("no panic"))
                .collect()
        });
        assert!(found.iter().all(|entry| Arc::ptr_eq(entry, &found[0])));
        assert_eq!(store.len(), 1);
    }
}
