//! One call at a time for each key: the others wait for it.
//!
//! A flight is what all callers of one key share while one of them runs. Its leader passes the
//! lead on to the first who waits, however it ends: with an error, a panic, or dropped.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    task::{Context, Poll},
};

use tokio::sync::Semaphore;

use crate::keyed::{AsIs, TypedKey};

/// The flights under way in one cache, or among the calls of one idempotent function.
///
/// `Eq` and `Drop` of keys and results are user code and never run under the lock.
pub(crate) struct Flights<K, D> {
    all: Mutex<Aloft<K, D>>,
}

/// By the hash of the key; more than one only where a user's `Hash` is poor.
type Aloft<K, D> = HashMap<u64, Vec<Booked<K, D>>, AsIs>;

/// A flight, and how many take part in it.
struct Booked<K, D> {
    flight: Arc<Flight<K, D>>,
    seats: usize,
}

struct Flight<K, D> {
    hash: u64,
    key: Arc<K>,
    /// One permit: the lead. Closed when the flight is over.
    lead: Semaphore,
    done: OnceLock<D>,
}

/// The part of one caller in a flight. Dropping it gives the lead to the next.
pub(crate) struct Seat<K: Send + Sync + 'static, D: Clone + Send + Sync + 'static> {
    flights: &'static Flights<K, D>,
    flight: Arc<Flight<K, D>>,
    leads: bool,
    waits: Option<Pin<Box<dyn Future<Output = bool> + Send + Sync>>>,
}

/// What a seat comes to.
pub(crate) enum Turn<D> {
    /// The caller runs.
    Lead,
    /// Another caller has brought this.
    Done(D),
}

impl<K: Send + Sync + 'static, D: Clone + Send + Sync + 'static> Flights<K, D> {
    pub(crate) const fn new() -> Self {
        Self {
            all: Mutex::new(HashMap::with_hasher(AsIs::new())),
        }
    }

    /// Takes part in the flight of this key; the first to do so leads it.
    pub(crate) fn join<Q: TypedKey<Owned = K>>(&'static self, hash: u64, key: &Q) -> Seat<K, D> {
        let fresh = Arc::new(Flight {
            hash,
            key: Arc::new(key.own()),
            lead: Semaphore::new(0),
            done: OnceLock::new(),
        });
        let mut known: Vec<Arc<Flight<K, D>>> = Vec::new();
        loop {
            // Keys are compared outside the lock, so others may come in between: look again.
            let found = known.iter().position(|flight| key.is(&flight.key));
            let mut all = self.lock();
            let booked = all.entry(hash).or_default();
            if let Some(found) = found.and_then(|found| known.get(found))
                && let Some(same) = booked.iter_mut().find(|it| Arc::ptr_eq(&it.flight, found))
            {
                same.seats += 1;
                let flight = Arc::clone(&same.flight);
                drop(all);
                return self.seat(flight, false);
            }
            let is_known =
                |it: &Booked<K, D>| known.iter().any(|known| Arc::ptr_eq(known, &it.flight));
            if booked.iter().all(is_known) && (found.is_none() || booked.is_empty()) {
                let flight = Arc::clone(&fresh);
                booked.push(Booked { flight, seats: 1 });
                drop(all);
                return self.seat(fresh, true);
            }
            let now: Vec<_> = booked.iter().map(|it| Arc::clone(&it.flight)).collect();
            drop(all);
            known = now;
        }
    }

    fn seat(&'static self, flight: Arc<Flight<K, D>>, leads: bool) -> Seat<K, D> {
        Seat {
            flights: self,
            flight,
            leads,
            waits: None,
        }
    }

    /// Lets the flights of a key go on without anybody joining them, and without their results
    /// being kept: what they bring may be older than this call.
    pub(crate) fn detach(&self, hash: u64, same: impl Fn(&K) -> bool) {
        let mut known: Vec<Arc<Flight<K, D>>> = Vec::new();
        if let Some(booked) = self.lock().get(&hash) {
            known.extend(booked.iter().map(|it| Arc::clone(&it.flight)));
        }
        // Outside the lock.
        known.retain(|flight| same(&flight.key));
        let gone = |it: &Booked<K, D>| known.iter().any(|flight| Arc::ptr_eq(flight, &it.flight));
        let mut all = self.lock();
        if let Some(booked) = all.get_mut(&hash) {
            booked.retain(|it| !gone(it));
            if booked.is_empty() {
                all.remove(&hash);
            }
        }
        drop(all);
    }

    /// The same for all keys.
    pub(crate) fn detach_all(&self) {
        let all = std::mem::take(&mut *self.lock());
        drop(all);
    }

    /// How many flights are under way.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.lock().values().map(Vec::len).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Aloft<K, D>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Send + Sync + 'static, D: Clone + Send + Sync + 'static> Seat<K, D> {
    /// Whether this caller leads.
    pub(crate) fn leads(&self) -> bool {
        self.leads
    }

    /// The hash of the key.
    pub(crate) fn hash(&self) -> u64 {
        self.flight.hash
    }

    /// The key of the flight.
    pub(crate) fn key(&self) -> Arc<K> {
        Arc::clone(&self.flight.key)
    }

    /// The lead, or what another caller has brought.
    pub(crate) fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<Turn<D>> {
        if self.leads {
            return Poll::Ready(Turn::Lead);
        }
        let flight = &self.flight;
        let waits = self
            .waits
            .get_or_insert_with(|| Box::pin(the_lead(Arc::clone(flight))));
        let Poll::Ready(leads) = waits.as_mut().poll(cx) else {
            return Poll::Pending;
        };
        self.waits = None;
        self.leads = leads;
        match self.flight.done.get() {
            Some(done) if !leads => Poll::Ready(Turn::Done(done.clone())),
            _ => Poll::Ready(Turn::Lead),
        }
    }

    /// The call has succeeded: everybody who waits gets this. `keep` runs under the lock, unless
    /// the flight was detached; what it gives back is user data and dropped outside.
    pub(crate) fn finish<T>(mut self, done: D, keep: impl FnOnce() -> T) {
        let (mut all, mut kept, mut gone) = (self.flights.lock(), None, None);
        if let Some(booked) = all.get_mut(&self.flight.hash)
            && let Some(place) = booked
                .iter()
                .position(|it| Arc::ptr_eq(&it.flight, &self.flight))
        {
            gone = Some(booked.swap_remove(place));
            if booked.is_empty() {
                all.remove(&self.flight.hash);
            }
            kept = Some(keep());
        }
        drop(all);
        // No lead is left to pass on.
        self.leads = false;
        // Nobody else leads, so nobody else has brought anything.
        let _ = self.flight.done.set(done);
        self.flight.lead.close();
        drop((kept, gone));
    }
}

impl<K: Send + Sync + 'static, D: Clone + Send + Sync + 'static> Drop for Seat<K, D> {
    fn drop(&mut self) {
        // A waiter that was given the lead and never heard of it passes it on.
        self.waits = None;
        if self.leads {
            self.flight.lead.add_permits(1);
        }
        let (mut all, mut gone) = (self.flights.lock(), None);
        if let Some(booked) = all.get_mut(&self.flight.hash)
            && let Some(place) = booked
                .iter()
                .position(|it| Arc::ptr_eq(&it.flight, &self.flight))
            && let Some(own) = booked.get_mut(place)
        {
            own.seats -= 1;
            if own.seats == 0 {
                gone = Some(booked.swap_remove(place));
                if booked.is_empty() {
                    all.remove(&self.flight.hash);
                }
            }
        }
        drop(all);
        drop(gone);
    }
}

/// Waits for the lead; `false` once the flight is over.
async fn the_lead<K, D>(flight: Arc<Flight<K, D>>) -> bool {
    match flight.lead.acquire().await {
        Ok(lead) => {
            // The seat has it from here on, and gives it back.
            lead.forget();
            true
        }
        Err(_) => false,
    }
}

impl<K, D> fmt::Debug for Flights<K, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flights")
    }
}

impl<K: Send + Sync + 'static, D: Clone + Send + Sync + 'static> fmt::Debug for Seat<K, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat")
            .field("leads", &self.leads)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
