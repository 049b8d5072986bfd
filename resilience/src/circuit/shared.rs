//! A state machine that many threads use: one word that says "closed", and a lock for the rest.

use std::{
    num::{NonZeroU16, NonZeroU64},
    time::Duration,
};

use resilience_policy::{Circuit as Policy, Trip, Window};

use super::{
    Counters, State,
    machine::{Change, Machine, Refusal, Ticket},
    report::report,
    stripes::{COUNT_BITS, Stripes, Tag},
    window::{Sample, TimeWindow},
};
use crate::{
    site::Name,
    sync::{
        AtomicU64, Mutex, MutexGuard, OnceLock,
        Ordering::{Acquire, Relaxed, Release},
        PoisonError,
    },
    time::{nanos, now, stamp},
};

/// Bits of the word: the state, …
const STATE: u64 = 0b0111;
const CLOSED: u64 = 0;
const FORCED_CLOSED: u64 = 4;
/// … whether a success has something to change, …
const AWAITS_SUCCESS: u64 = 1 << 3;
/// … whether [`circuits`](crate::circuits) knows it, …
const LISTED: u64 = Tag::OPEN;
/// … and above them the generation, where a tag has it.
const GENERATION: u32 = COUNT_BITS;

/// Counters for successes of a circuit that many threads share, and of one key among many.
const STRIPES: usize = 8;
const STRIPES_KEYED: usize = 1;

/// The state of one circuit.
///
/// A call that finds it closed and succeeds reads the word twice and writes nothing (`failures`),
/// or adds one to a counter of its own thread (`rate`). All else goes through the lock.
#[derive(Debug)]
pub struct CircuitState {
    name: Name,
    /// Written at changes only, read by every call.
    word: AtomicU64,
    stripes: OnceLock<Stripes>,
    stripe_count: usize,
    machine: Apart<Mutex<Machine>>,
}

/// How a call was admitted: the word of a closed circuit that awaits nothing, or a ticket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Admission(NonZeroU64);

/// Says that an [`Admission`] is a ticket, which no word is.
const TICKET: u64 = 1 << 63;
const TICKET_COUNTS: u64 = 1 << 17;
const PROBE: u32 = 1;

impl From<Ticket> for Admission {
    fn from(ticket: Ticket) -> Self {
        let probe = ticket.probe.map_or(0, |probe| u64::from(probe.get()));
        let counts = if ticket.counts { TICKET_COUNTS } else { 0 };
        let generation = u64::from(ticket.generation) << GENERATION;
        Self(NonZeroU64::MIN | TICKET | generation | counts | probe << PROBE)
    }
}

impl Admission {
    pub(super) fn ticket(self) -> Ticket {
        let word = self.0.get();
        if word & TICKET == 0 {
            return ticket(word, true);
        }
        let probe = u16::try_from(word >> PROBE & u64::from(u16::MAX)).unwrap_or(0);
        Ticket {
            probe: NonZeroU16::new(probe),
            ..ticket(word, word & TICKET_COUNTS != 0)
        }
    }
}

/// On cache lines of its own: what failures write must not slow down who reads the word.
#[derive(Debug)]
#[repr(align(128))]
struct Apart<T>(T);

impl CircuitState {
    /// Closed, and not yet listed.
    pub(crate) const fn new(name: Name) -> Self {
        Self::with(name, 0, STRIPES)
    }

    /// Closed, one of many, listed by whoever holds it.
    pub(crate) const fn keyed(name: Name) -> Self {
        Self::with(name, LISTED, STRIPES_KEYED)
    }

    /// Lets everything pass and records nothing, without a lock.
    pub(crate) const fn pass(name: Name) -> Self {
        Self::with(name, LISTED | FORCED_CLOSED, STRIPES_KEYED)
    }

    const fn with(name: Name, word: u64, stripe_count: usize) -> Self {
        Self {
            name,
            word: AtomicU64::new(word),
            stripes: OnceLock::new(),
            stripe_count,
            machine: Apart(Mutex::new(Machine::new())),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name.get()
    }

    /// Whether a first call has still to list it.
    #[inline]
    pub(super) fn is_unlisted(&self) -> bool {
        self.word.load(Acquire) & LISTED == 0
    }

    /// Says that it is listed now. True for exactly one caller.
    pub(super) fn mark_listed(&self) -> bool {
        // The lock keeps it from being lost to a change that is being published.
        let _machine = self.lock();
        self.word.fetch_or(LISTED, Release) & LISTED == 0
    }

    /// An admission, if it is closed and there is nothing else to do; one load.
    #[inline]
    pub(super) fn admit_closed(&self) -> Option<Admission> {
        let word = self.word.load(Acquire);
        let undisturbed = word & (STATE | LISTED | AWAITS_SUCCESS) == CLOSED | LISTED;
        undisturbed
            .then_some(NonZeroU64::new(word))
            .flatten()
            .map(Admission)
    }

    /// A ticket, or the rest of the cooldown where there is one.
    #[cold]
    #[inline(never)]
    pub(super) fn admit(&self, policy: &Policy) -> Result<Ticket, Refusal> {
        let word = self.word.load(Acquire);
        match word & STATE {
            CLOSED => return Ok(ticket(word, true)),
            FORCED_CLOSED => return Ok(ticket(word, false)),
            _ => {}
        }
        let now = stamp(now());
        let mut machine = self.lock();
        let (admission, change) = machine.admit(policy, now);
        if change.is_some() {
            self.publish(&mut machine);
        }
        drop(machine);
        self.report(change);
        admission
    }

    /// Records a success that was not slow, if nothing has changed since it was admitted and
    /// there is nothing else to do; one more load. False if it must be recorded.
    #[inline]
    pub(super) fn succeed_closed(&self, policy: &Policy, admission: Admission) -> bool {
        let word = admission.0.get();
        if is_consecutive(policy) {
            // The same word: still closed, still the same generation, still nothing awaited.
            self.word.load(Acquire) == word
        } else {
            // The stripes say the same: they are open for this word and for no other.
            self.count_aside(policy, word)
        }
    }

    #[inline]
    fn count_aside(&self, policy: &Policy, word: u64) -> bool {
        let Some(stripes) = self.stripes.get() else {
            return false;
        };
        let tag = match policy.effective_window() {
            Window::Calls(_) => Tag::of_word(word),
            Window::Time(time) => bucket(stripes, time, word),
            _ => return false,
        };
        stripes.count(tag)
    }

    /// Records how a call ended.
    #[cold]
    #[inline(never)]
    pub(super) fn record(&self, policy: &Policy, ticket: Ticket, sample: Sample) {
        if !ticket.counts || generation(self.word.load(Acquire)) != ticket.generation {
            return;
        }
        let now = stamp(now());
        let mut machine = self.lock();
        self.collect(&mut machine);
        let mut change = machine.record(policy, ticket, sample, now);
        while self.publish(&mut machine) {
            // Successes of other threads came in between; they may be what was awaited.
            change = change.or(machine.evaluate(policy, now));
        }
        drop(machine);
        self.report(change);
    }

    /// The call says nothing about the dependency.
    #[cold]
    #[inline(never)]
    pub(super) fn give_back(&self, ticket: Ticket) {
        self.lock().give_back(ticket);
    }

    pub(crate) fn state(&self) -> State {
        State::from_bits(self.word.load(Acquire) & STATE)
    }

    pub(crate) fn counters(&self) -> Counters {
        let now = stamp(now());
        let mut machine = self.lock();
        self.collect(&mut machine);
        // Nothing is published: if old buckets went, the next success has to be looked at.
        machine.counters(now)
    }

    pub(crate) fn force(&self, state: State) {
        self.change(|machine| Some(machine.force(state)));
    }

    pub(crate) fn reset(&self) {
        self.change(|machine| Some(machine.reset()));
    }

    /// As new. For the test kit.
    pub(crate) fn wipe(&self) {
        self.change(|machine| {
            machine.wipe();
            None
        });
    }

    /// Whether forgetting it would lose nothing.
    pub(crate) fn is_idle(&self, now: u64) -> bool {
        self.lock().is_idle(now)
    }

    fn change(&self, change: impl FnOnce(&mut Machine) -> Option<Change>) {
        let mut machine = self.lock();
        self.collect(&mut machine);
        let change = change(&mut machine);
        self.publish(&mut machine);
        drop(machine);
        self.report(change);
    }

    /// Brings in the successes that were counted aside, into the bucket they belong to: it is
    /// still the newest, since the first outcome of the next one comes by here.
    fn collect(&self, machine: &mut Machine) {
        if let Some(stripes) = self.stripes.get() {
            machine.absorb(stripes.drain());
        }
    }

    /// Lets everybody see what the machine has become. True if successes came in meanwhile.
    fn publish(&self, machine: &mut Machine) -> bool {
        let word = self.word.load(Relaxed) & LISTED
            | u64::from(machine.generation()) << GENERATION
            | if machine.awaits_success() {
                AWAITS_SUCCESS
            } else {
                0
            }
            | machine.state().bits();
        if self.word.load(Relaxed) != word {
            self.word.store(word, Release);
        }
        let (tag, origin) = machine.tag();
        let stripes = match self.stripes.get() {
            Some(stripes) => stripes,
            None if tag == Tag::SHUT => return false,
            None => self.stripes.get_or_init(|| Stripes::new(self.stripe_count)),
        };
        if stripes.tag() == tag && (tag == Tag::SHUT || stripes.origin() == origin) {
            return false;
        }
        let late = stripes.retag(tag, origin);
        machine.absorb(late);
        late > 0
    }

    fn report(&self, change: Option<Change>) {
        if let Some(change) = change {
            report(self.name(), change);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Machine> {
        // Nothing that can panic runs under it.
        self.machine
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn hold(&self) -> impl Sized + '_ {
        self.lock()
    }
}

/// The tag of the present bucket. Reads the clock, so it need not be inlined.
#[inline(never)]
fn bucket(stripes: &Stripes, window: Duration, word: u64) -> Tag {
    let width = TimeWindow::width(nanos(window));
    let bucket = TimeWindow::bucket(stripes.origin(), width, stamp(now()));
    Tag::bucket(generation(word), bucket)
}

#[inline]
fn is_consecutive(policy: &Policy) -> bool {
    matches!(policy.trip(), Trip::Consecutive(_))
}

/// The ticket of a circuit that admits every call.
#[inline]
fn ticket(word: u64, counts: bool) -> Ticket {
    Ticket {
        generation: generation(word),
        probe: None,
        counts,
    }
}

/// The generation in a word; 32 bits of it are kept.
#[inline]
fn generation(word: u64) -> u32 {
    u32::try_from(word >> GENERATION & u64::from(u32::MAX)).unwrap_or(0)
}

/// Whether a call that was first suspended at `since` has been slow by now.
#[cold]
#[inline(never)]
pub(super) fn is_slow(slow_after: Option<Duration>, since: u64) -> bool {
    slow_after.is_some_and(|slow| stamp(now()).saturating_sub(since) >= nanos(slow))
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests;
