//! What the calls under one bulkhead share.

use std::{
    sync::{
        Mutex,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{AcqRel, Acquire, Relaxed},
        },
    },
    task::Waker,
};

use resilience_policy::Bulkhead as Policy;

use super::{
    registry,
    slots::{Queue, Slots, Taken, Ticket},
};
use crate::{
    event::event,
    keyed::{Evictable, KeyedState, Keys},
    site::Name,
};

/// The state of a bulkhead.
#[derive(Debug)]
pub struct BulkheadState {
    name: Name,
    slots: Slots,
    rejected: AtomicU64,
    listed: AtomicBool,
}

impl BulkheadState {
    pub(super) const fn new(name: Name) -> Self {
        Self {
            name,
            slots: Slots {
                word: AtomicU64::new(0),
                rounds: AtomicU64::new(0),
                queue: Mutex::new(Queue::new()),
            },
            rejected: AtomicU64::new(0),
            listed: AtomicBool::new(false),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.name.get()
    }

    /// Takes a slot, if one is free and nobody waits for it.
    #[inline]
    pub(super) fn enter(&self, policy: &Policy) -> Option<Taken> {
        self.slots.enter(size(policy))
    }

    /// Takes a slot, or a place in the queue.
    pub(super) fn queue(&self, policy: &Policy, waker: &Waker) -> Result<Taken, Ticket> {
        // What wakers do is not done under the lock.
        self.slots.queue(size(policy), waker.clone())
    }

    /// Whether the slot has come.
    pub(super) fn has_come(&self, ticket: Ticket, waker: &Waker) -> bool {
        self.slots.has_come(ticket, waker.clone())
    }

    /// Leaves the queue. False if the slot has come in the meantime: then it is held.
    pub(super) fn give_up(&self, ticket: Ticket) -> bool {
        self.slots.give_up(ticket)
    }

    /// Gives a slot back.
    #[inline]
    pub(super) fn leave(&self) {
        self.slots.leave();
    }

    pub(super) fn reject(&self) {
        self.rejected.fetch_add(1, Relaxed);
    }

    pub(super) fn available(&self, policy: &Policy) -> Option<u32> {
        Some(policy.size()?.saturating_sub(self.running()))
    }

    pub(super) fn running(&self) -> u32 {
        self.slots.running()
    }

    pub(super) fn waiting(&self) -> u32 {
        self.slots.waiting()
    }

    pub(super) fn admitted(&self) -> u64 {
        self.slots.admitted()
    }

    pub(super) fn rejected(&self) -> u64 {
        self.rejected.load(Relaxed)
    }

    /// Forgets what it has counted. Slots belong to the calls that hold them.
    pub(super) fn reset(&self) {
        self.slots.forget_admitted();
        self.rejected.store(0, Relaxed);
    }

    /// True for exactly one caller.
    pub(super) fn mark_listed(&self) -> bool {
        !self.listed.load(Acquire) && !self.listed.swap(true, AcqRel)
    }
}

impl Evictable for BulkheadState {
    fn is_evictable(&self, _: u64) -> bool {
        // Who waits holds the entry.
        self.running() == 0
    }
}

impl KeyedState for BulkheadState {
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
            "bulkhead_keys_full",
            name,
            keys_max = keys_max,
            untracked = untracked
        );
    }
}

#[inline]
fn size(policy: &Policy) -> u32 {
    policy.size().unwrap_or(0)
}
