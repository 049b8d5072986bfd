//! What the calls under one rate limit share.

use std::{
    sync::atomic::{
        AtomicBool, AtomicU32, AtomicU64,
        Ordering::{AcqRel, Acquire, Relaxed},
    },
    time::Duration,
};

use resilience_policy::RateLimit as Policy;

use super::{
    gcra::{Cell, Pace, Reservation, Turn},
    registry,
};
use crate::{
    event::event,
    keyed::{Evictable, KeyedState, Keys},
    site::Name,
    time::{nanos, now, stamp},
};

/// The state of a rate limit.
#[derive(Debug)]
pub struct RateLimitState {
    name: Name,
    cell: Cell,
    admitted: AtomicU64,
    rejected: AtomicU64,
    waiting: AtomicU32,
    listed: AtomicBool,
}

/// What came of a call that asked for a turn.
pub(super) enum Entry {
    /// It may go.
    Through,
    /// Its turn comes in so long.
    Later(Duration, Reservation),
    /// Its turn would come in so long.
    Refused(Duration),
}

impl RateLimitState {
    pub(super) const fn new(name: Name) -> Self {
        Self {
            name,
            cell: Cell {
                full: AtomicU64::new(0),
            },
            admitted: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            waiting: AtomicU32::new(0),
            listed: AtomicBool::new(false),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.name.get()
    }

    /// Takes a turn, if there is one now. `Some(true)` for the first one that was taken.
    #[inline]
    pub(super) fn take(&self, policy: &Policy) -> Option<bool> {
        match self.cell.take(pace(policy), clock(), 0) {
            Turn::Taken { .. } => Some(self.admit()),
            Turn::Refused { .. } => None,
        }
    }

    /// Takes a turn that comes within `patience`.
    pub(super) fn reserve(&self, policy: &Policy, patience: Duration) -> Entry {
        match self.cell.take(pace(policy), clock(), nanos(patience)) {
            Turn::Taken { wait: 0, .. } => {
                self.admit();
                Entry::Through
            }
            Turn::Taken { wait, reservation } => {
                self.waiting.fetch_add(1, Relaxed);
                Entry::Later(Duration::from_nanos(wait), reservation)
            }
            Turn::Refused { wait } => {
                self.rejected.fetch_add(1, Relaxed);
                Entry::Refused(Duration::from_nanos(wait))
            }
        }
    }

    /// The turn of a call that waited has come.
    pub(super) fn turn_has_come(&self) {
        self.waiting.fetch_sub(1, Relaxed);
        self.admit();
    }

    /// A call that waited is gone.
    pub(super) fn give_back(&self, reservation: Reservation) {
        self.waiting.fetch_sub(1, Relaxed);
        self.cell.give_back(reservation);
    }

    /// Counts a call that may go; true for the first.
    #[inline]
    fn admit(&self) -> bool {
        self.admitted.fetch_add(1, Relaxed) == 0
    }

    pub(super) fn available(&self, policy: &Policy) -> Option<u32> {
        let available = |_| self.cell.available(pace(policy), clock());
        policy.rate_said().map(available)
    }

    pub(super) fn waiting(&self) -> u32 {
        self.waiting.load(Relaxed)
    }

    pub(super) fn admitted(&self) -> u64 {
        self.admitted.load(Relaxed)
    }

    pub(super) fn rejected(&self) -> u64 {
        self.rejected.load(Relaxed)
    }

    /// As new. Who waits keeps its turn.
    pub(super) fn reset(&self) {
        self.cell.fill();
        self.admitted.store(0, Relaxed);
        self.rejected.store(0, Relaxed);
    }

    /// True for exactly one caller.
    pub(super) fn mark_listed(&self) -> bool {
        !self.listed.load(Acquire) && !self.listed.swap(true, AcqRel)
    }
}

impl Evictable for RateLimitState {
    fn is_evictable(&self, now: u64) -> bool {
        self.cell.is_full(now)
    }
}

impl KeyedState for RateLimitState {
    type Policy = Policy;

    fn fresh(name: Name) -> Self {
        Self::new(name)
    }

    fn keys_max(policy: &Policy) -> u32 {
        policy.key_limit()
    }

    fn list(keys: &'static Keys<Self>) {
        registry::LISTED.add_keys(keys);
    }

    fn report_full(name: &'static str, keys_max: u32, untracked: u64) {
        event!(
            WARN,
            "rate_limit_keys_full",
            name,
            keys_max = keys_max,
            untracked = untracked
        );
    }
}

#[inline]
fn pace(policy: &Policy) -> Pace {
    match policy.rate_said() {
        Some(rate) => Pace::new(rate.count(), nanos(rate.period()), policy.effective_burst()),
        None => Pace::NONE,
    }
}

#[inline(never)]
fn clock() -> u64 {
    stamp(now())
}
