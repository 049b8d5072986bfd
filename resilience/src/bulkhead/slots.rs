//! Slots that calls hold, and the queue of those that wait for one.

use std::{collections::BTreeMap, mem, task::Waker};

use crate::sync::{
    AtomicU64, Mutex, MutexGuard,
    Ordering::{Acquire, Relaxed, Release},
    PoisonError,
};

/// One more call that was admitted: the upper half counts them, and may overflow.
const ADMITTED: u64 = 1 << 32;
/// Somebody waits: slots are handed out under the lock.
const QUEUED: u64 = 1 << 31;
/// The lower bits: calls that run.
const RUNNING: u64 = QUEUED - 1;

/// One word for those who need not wait, and a queue for those who must.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    pub(super) word: AtomicU64,
    /// How often the count of those admitted has overflowed.
    pub(super) rounds: AtomicU64,
    pub(super) queue: Mutex<Queue>,
}

/// Who waits, first come first.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    next: u64,
    waiters: BTreeMap<u64, Waiter>,
}

#[derive(Debug)]
struct Waiter {
    /// How many calls may run at once, this one included.
    max: u64,
    waker: Waker,
}

/// A slot was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Perhaps the first one ever; once in four thousand million times another one.
    pub(crate) first: bool,
}

/// A place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket(u64);

impl Queue {
    pub(super) const fn new() -> Self {
        Self {
            next: 0,
            waiters: BTreeMap::new(),
        }
    }
}

impl Slots {
    /// Takes a slot, if one is free and nobody waits for it.
    #[inline]
    pub(crate) fn enter(&self, max: u32) -> Option<Taken> {
        self.take(limit(max), QUEUED)
    }

    /// Takes a slot if one is free and none of `unless` is set.
    #[inline]
    fn take(&self, max: u64, unless: u64) -> Option<Taken> {
        let mut word = self.word.load(Relaxed);
        loop {
            if word & unless != 0 || word & RUNNING >= max {
                return None;
            }
            let next = word.wrapping_add(ADMITTED + 1);
            match self
                .word
                .compare_exchange_weak(word, next, Acquire, Relaxed)
            {
                Ok(_) => {
                    let first = next < 2 * ADMITTED;
                    if first {
                        self.count_round(next);
                    }
                    return Some(Taken { first });
                }
                Err(seen) => word = seen,
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn count_round(&self, word: u64) {
        if word < ADMITTED {
            self.rounds.fetch_add(1, Relaxed);
        }
    }

    /// Gives a slot back.
    #[inline]
    pub(crate) fn leave(&self) {
        if self.word.fetch_sub(1, Release) & QUEUED != 0 {
            self.pass_on();
        }
    }

    /// Takes a slot, or a place in the queue.
    pub(crate) fn queue(&self, max: u32, waker: Waker) -> Result<Taken, Ticket> {
        let max = limit(max);
        let mut queue = self.lock();
        // Who leaves after the word says that somebody waits comes here, and finds the queue locked.
        while queue.waiters.is_empty() {
            if let Some(taken) = self.take(max, 0) {
                return Ok(taken);
            }
            let full = |word: u64| (word & RUNNING >= max).then_some(word | QUEUED);
            if self.word.fetch_update(Relaxed, Relaxed, full).is_ok() {
                break;
            }
        }
        let ticket = queue.next;
        queue.next = ticket.wrapping_add(1);
        queue.waiters.insert(ticket, Waiter { max, waker });
        Err(Ticket(ticket))
    }

    /// Whether the slot has come; if not, `waker` is told when it does.
    pub(crate) fn has_come(&self, Ticket(ticket): Ticket, waker: Waker) -> bool {
        let mut queue = self.lock();
        let Some(waiter) = queue.waiters.get_mut(&ticket) else {
            return true;
        };
        let before = mem::replace(&mut waiter.waker, waker);
        // What wakers do is not done under the lock.
        drop(queue);
        drop(before);
        false
    }

    /// Leaves the queue. False if the slot has come in the meantime: then it is held.
    pub(crate) fn give_up(&self, Ticket(ticket): Ticket) -> bool {
        let mut queue = self.lock();
        let Some(waiter) = queue.waiters.remove(&ticket) else {
            return false;
        };
        // Who stood behind it may want less room.
        let granted = self.grant(&mut queue);
        drop(queue);
        drop(waiter);
        granted.into_iter().for_each(Waker::wake);
        true
    }

    /// How many calls run.
    pub(crate) fn running(&self) -> u32 {
        u32::try_from(self.word.load(Relaxed) & RUNNING).unwrap_or(u32::MAX)
    }

    /// How many calls wait.
    pub(crate) fn waiting(&self) -> u32 {
        u32::try_from(self.lock().waiters.len()).unwrap_or(u32::MAX)
    }

    /// How many calls were admitted.
    pub(crate) fn admitted(&self) -> u64 {
        let rounds = self.rounds.load(Relaxed);
        rounds.wrapping_mul(ADMITTED) + self.word.load(Relaxed) / ADMITTED
    }

    /// Sets the count of those admitted to zero.
    pub(crate) fn forget_admitted(&self) {
        self.word.fetch_and(ADMITTED - 1, Relaxed);
        self.rounds.store(0, Relaxed);
    }

    /// Gives the free slots to those who wait.
    #[cold]
    #[inline(never)]
    fn pass_on(&self) {
        let granted = self.grant(&mut self.lock());
        granted.into_iter().for_each(Waker::wake);
    }

    /// Gives the free slots to the first of the queue. While it is not empty, nobody else takes any.
    fn grant(&self, queue: &mut Queue) -> Vec<Waker> {
        let mut granted = Vec::new();
        while let Some(first) = queue.waiters.first_entry() {
            if self.take(first.get().max, 0).is_none() {
                return granted;
            }
            granted.push(first.remove().waker);
        }
        self.word.fetch_and(!QUEUED, Relaxed);
        granted
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[inline]
fn limit(max: u32) -> u64 {
    u64::from(max).min(RUNNING)
}
