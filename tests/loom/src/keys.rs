//! The bounded map of states per key.

use std::{
    any::Any,
    hash::Hasher,
    sync::{Arc, Weak},
};

use loom::thread;

use super::store::{Evictable, Keyed, KeyedStore};
use crate::model;

/// As the one of the runtime.
pub(crate) trait Key {
    fn hash_into<H: Hasher>(&self, state: &mut H);
    fn matches(&self, owned: &(dyn Any + Send + Sync)) -> bool;
    fn to_owned_key(&self) -> Box<dyn Any + Send + Sync>;
    fn text(&self) -> Box<str>;
}

impl Key for u8 {
    fn hash_into<H: Hasher>(&self, state: &mut H) {
        state.write_u8(*self);
    }

    fn matches(&self, owned: &(dyn Any + Send + Sync)) -> bool {
        owned.downcast_ref() == Some(self)
    }

    fn to_owned_key(&self) -> Box<dyn Any + Send + Sync> {
        Box::new(*self)
    }

    fn text(&self) -> Box<str> {
        Box::default()
    }
}

/// Means nothing unless a call uses it.
struct Value;

impl Evictable for Value {
    fn is_evictable(&self, _: u64) -> bool {
        true
    }
}

type Store = KeyedStore<Value>;

/// Empty; its locks are made before there are threads.
fn store() -> Arc<Store> {
    let store = Store::new();
    assert!(find(&store, 0).is_some());
    assert_eq!((store.clear().len(), store.refused()), (1, 0));
    Arc::new(store)
}

/// There is room for one key.
fn find(store: &Store, key: u8) -> Option<Arc<Keyed<Value>>> {
    store.find_or_insert(&key, 1, || Value)
}

fn on_thread<T: 'static>(
    store: &Arc<Store>,
    run: impl FnOnce(&Store) -> T + 'static,
) -> thread::JoinHandle<T> {
    let store = Arc::clone(store);
    thread::spawn(move || run(&store))
}

#[test]
fn two_that_bring_the_same_key_share_its_state() {
    model(|| {
        let store = store();
        let other = on_thread(&store, |store| find(store, 1).unwrap());
        let (here, there) = (find(&store, 1).unwrap(), other.join().unwrap());
        assert!(Arc::ptr_eq(&here, &there));
        assert_eq!((store.len(), store.live().len()), (1, 1));
    });
}

#[test]
fn there_are_never_more_keys_than_may_be() {
    model(|| {
        let store = store();
        // Uses it for as long as it takes to look at something else.
        let uses =
            |store: &Store, key| find(store, key).is_some_and(|_used| store.live().len() == 1);
        let other = on_thread(&store, move |store| uses(store, 1));
        let here = uses(&store, 2);
        let there = other.join().unwrap();
        // Who comes while the other still uses its state finds no place.
        assert!(here || there);
        assert_eq!(store.refused(), u64::from(!here || !there));
        assert_eq!((store.len(), store.live().len()), (1, 1));
    });
}

#[test]
fn a_state_that_a_call_uses_is_not_forgotten() {
    model(|| {
        let store = store();
        assert!(find(&store, 1).is_some());
        let other = on_thread(&store, |store| find(store, 2).is_some());
        if let Some(used) = find(&store, 1) {
            let again = find(&store, 1);
            assert!(again.is_some_and(|again| Arc::ptr_eq(&used, &again)));
        }
        other.join().unwrap();
        assert_eq!((store.len(), store.live().len()), (1, 1));
    });
}

#[test]
fn what_is_cleared_makes_room_for_as_many() {
    model(|| {
        let store = store();
        let before = Arc::downgrade(&find(&store, 1).unwrap());
        let clears = on_thread(&store, |store| store.clear().len());
        let other = on_thread(&store, |store| find(store, 2).is_some());
        assert!(other.join().unwrap());
        assert!(clears.join().unwrap() >= 1);
        assert_eq!(Weak::strong_count(&before), 0, "cleared, or evicted");
        assert_eq!(store.len(), store.live().len());
    });
}
