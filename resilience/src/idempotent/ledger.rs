//! The results of idempotent calls, in memory: none is forgotten before its time.

#[cfg(feature = "testing")]
use std::sync::atomic::AtomicBool;
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    cache::Cacheable,
    flight::{self, Flights, Seat},
    keyed::{AsIs, TypedKey, hash_of},
    time::{Instant, later, now},
};

/// The keys and results of one idempotent function.
pub(crate) struct Ledger<K: Send + Sync + 'static, V: Cacheable> {
    flights: Flights<K, Arc<Done<K, V>>>,
    held: Mutex<Held<K, V>>,
    #[cfg(feature = "testing")]
    pub(super) listed: AtomicBool,
}

/// A result, and the key it answers for.
pub(crate) struct Done<K, V> {
    hash: u64,
    key: Arc<K>,
    value: V,
    until: Instant,
}

/// User code (`Eq`, `Clone`, `Drop` of keys and results) never runs under the lock.
struct Held<K, V> {
    /// By the hash of the key; more than one only where a user's `Hash` is poor.
    done: HashMap<u64, Vec<Arc<Done<K, V>>>, AsIs>,
    /// By the end of its time, and a number for those that end together.
    by_end: BTreeMap<(Instant, u64), Arc<Done<K, V>>>,
    numbered: u64,
    /// Calls under way whose result has a place already.
    reserved: usize,
}

/// The part of one caller in the call of its key.
pub(super) struct Part<K: Send + Sync + 'static, V: Cacheable> {
    ledger: &'static Ledger<K, V>,
    /// `None` once the call has ended.
    seat: Option<Seat<K, Arc<Done<K, V>>>>,
    /// Whether a place is taken for its result.
    reserved: bool,
}

/// What a part comes to.
pub(super) enum Turn<V> {
    /// The call runs.
    Run,
    /// The result of another call with the key.
    Done(V),
    /// All places are taken by keys whose time has not passed.
    Full,
}

/// What a ledger says to a call.
pub(super) enum Begun<K: Send + Sync + 'static, V: Cacheable> {
    /// The result of the first call.
    Done(V),
    /// It is the first, or waits for who is.
    Part(Part<K, V>),
}

impl<K: Send + Sync + 'static, V: Cacheable> Ledger<K, V> {
    pub(crate) const fn new() -> Self {
        Self {
            flights: Flights::new(),
            held: Mutex::new(Held {
                done: HashMap::with_hasher(AsIs::new()),
                by_end: BTreeMap::new(),
                numbered: 0,
                reserved: 0,
            }),
            #[cfg(feature = "testing")]
            listed: AtomicBool::new(false),
        }
    }

    /// What is known of a key; takes part in its call if there is no result yet.
    pub(super) fn begin<Q: TypedKey<Owned = K>>(&'static self, key: &Q) -> Begun<K, V> {
        let hash = hash_of(key);
        if let Some(done) = self.find(hash, key) {
            return Begun::Done(done.value.for_a_call());
        }
        let seat = self.flights.join(hash, key);
        // Who led before may have ended between the two looks. Whoever gets the lead of this flight
        // need not look again: only the flight itself can bring a result from here on.
        match self.find(hash, key) {
            Some(done) => Begun::Done(done.value.for_a_call()),
            None => Begun::Part(Part {
                ledger: self,
                seat: Some(seat),
                reserved: false,
            }),
        }
    }

    fn find<Q: TypedKey<Owned = K>>(&self, hash: u64, key: &Q) -> Option<Arc<Done<K, V>>> {
        let same = self.lock().done.get(&hash).cloned();
        if same.as_ref().is_none_or(Vec::is_empty) {
            return None;
        }
        let now = now();
        let mut same = same.into_iter().flatten();
        same.find(|done| done.until > now && key.is(&done.key))
    }

    /// Takes a place for a result to come.
    fn reserve(&self, max: u32) -> bool {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let (mut held, mut gone) = (self.lock(), Vec::new());
        if held.len() >= max {
            held.expire(now(), &mut gone);
        }
        let has_room = held.len() < max;
        if has_room {
            held.reserved += 1;
        }
        drop(held);
        drop(gone);
        has_room
    }

    /// Gives a place back whose call brought no result.
    fn release(&self) {
        self.lock().reserved -= 1;
    }

    /// Keeps a result for `ttl`, and gives it to all who wait for it.
    fn keep(&self, seat: Seat<K, Arc<Done<K, V>>>, value: V, ttl: Duration) {
        let now = now();
        let done = Arc::new(Done {
            hash: seat.hash(),
            key: seat.key(),
            value,
            until: later(now, ttl),
        });
        let kept = Arc::clone(&done);
        seat.finish(done, || {
            let (mut held, mut gone) = (self.lock(), Vec::new());
            // Each result makes room for the next ones, so that memory is given back in time.
            held.expire(now, &mut gone);
            held.insert(kept);
            gone
        });
    }

    /// How many keys are held, those of running calls included.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Forgets all results; those of calls under way are still to come.
    #[cfg(feature = "testing")]
    pub(super) fn forget(&self) {
        let mut held = self.lock();
        let gone = (
            std::mem::take(&mut held.done),
            std::mem::take(&mut held.by_end),
        );
        drop(held);
        drop(gone);
    }

    fn lock(&self) -> MutexGuard<'_, Held<K, V>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> Held<K, V> {
    fn len(&self) -> usize {
        self.by_end.len() + self.reserved
    }

    fn insert(&mut self, done: Arc<Done<K, V>>) {
        self.reserved -= 1;
        self.numbered += 1;
        self.done
            .entry(done.hash)
            .or_default()
            .push(Arc::clone(&done));
        self.by_end.insert((done.until, self.numbered), done);
    }

    /// Takes out what has had its time.
    fn expire(&mut self, now: Instant, gone: &mut Vec<Arc<Done<K, V>>>) {
        while let Some(first) = self.by_end.first_entry()
            && first.get().until <= now
        {
            let done = first.remove();
            if let Some(same) = self.done.get_mut(&done.hash) {
                // Another pointer to it is in `done`, so nothing is dropped here.
                same.retain(|it| !Arc::ptr_eq(it, &done));
                if same.is_empty() {
                    self.done.remove(&done.hash);
                }
            }
            gone.push(done);
        }
    }
}

impl<K: Send + Sync + 'static, V: Cacheable> Part<K, V> {
    /// Whether the call runs; it waits while another one with the key does.
    pub(super) fn poll_turn(&mut self, max: u32, cx: &mut Context<'_>) -> Poll<Turn<V>> {
        let Some(seat) = &mut self.seat else {
            return Poll::Pending;
        };
        match seat.poll_turn(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(flight::Turn::Done(done)) => {
                Poll::Ready(Turn::Done(done.value.for_a_call()))
            }
            Poll::Ready(flight::Turn::Lead) => {
                self.reserved = self.reserved || self.ledger.reserve(max);
                Poll::Ready(if self.reserved { Turn::Run } else { Turn::Full })
            }
        }
    }

    /// The call has brought a result.
    pub(super) fn keep(mut self, value: V, ttl: Duration) {
        if let Some(seat) = self.seat.take() {
            self.reserved = false;
            self.ledger.keep(seat, value, ttl);
        }
    }
}

/// Its end without a result frees the key: who waits for it is next.
impl<K: Send + Sync + 'static, V: Cacheable> Drop for Part<K, V> {
    fn drop(&mut self) {
        // First the place: the next one needs it.
        if self.reserved {
            self.ledger.release();
        }
        self.seat = None;
    }
}

impl<K: Send + Sync + 'static, V: Cacheable> fmt::Debug for Ledger<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
