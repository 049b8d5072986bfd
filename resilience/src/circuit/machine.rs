//! The state machine of a circuit: what happens next, from the policy, the event and the instant.
//!
//! Nothing here locks, waits, reads a clock or calls user code. Instants are nanoseconds on one
//! axis. The policy is a parameter of every event, since expressions may make another one for
//! every call.

use std::{num::NonZeroU16, time::Duration};

use resilience_policy::{Circuit as Policy, Trip};

use super::{
    Counters, State,
    probes::Probes,
    stripes::Tag,
    threshold,
    window::{Sample, Sliding, Tally},
};
use crate::time::nanos;

/// The shortest time for which a probe may keep its place.
const LEASE_MIN: Duration = Duration::from_secs(1);
/// A key is idle at the earliest so long after its last failure.
const IDLE_MIN: Duration = Duration::from_secs(5 * 60);
/// … and so many cooldowns.
const IDLE_COOLDOWNS: u32 = 10;

/// The right to run one call, and the state that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(super) generation: u32,
    /// The place among the probes, in a half-open circuit.
    pub(super) probe: Option<NonZeroU16>,
    /// Whether the result matters at all; it does not while the circuit is forced closed.
    pub(super) counts: bool,
}

/// What a call changed, to be told once the lock is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Opened {
        cooldown: Duration,
        calls: u32,
        failures: u32,
        slow: u32,
    },
    HalfOpened,
    Closed,
    Forced(State),
    Reset,
}

/// Why a call is not admitted: the rest of the cooldown, where there is one.
pub(super) type Refusal = Option<Duration>;

#[derive(Debug)]
pub(super) struct Machine {
    state: State,
    /// Grows with every change of state; results of an earlier generation are ignored.
    generation: u32,
    /// Counted failures in a row.
    run: u32,
    window: Sliding,
    /// The failures in the window suffice, only calls are missing: a success may trip it.
    armed: bool,
    /// When the cooldown ends.
    until: u64,
    /// How often it has reopened since it was closed.
    reopened: u32,
    probes: Probes,
    /// When the last failure or slow call was recorded, and how long it is remembered.
    last_bad: u64,
    remember: u64,
    totals: Counters,
}

impl Machine {
    pub(super) const fn new() -> Self {
        Self {
            state: State::Closed,
            generation: 0,
            run: 0,
            window: Sliding::Unused,
            armed: false,
            until: 0,
            reopened: 0,
            probes: Probes::none(),
            last_bad: 0,
            remember: 0,
            totals: Counters::ZERO,
        }
    }

    pub(super) const fn state(&self) -> State {
        self.state
    }

    pub(super) const fn generation(&self) -> u32 {
        self.generation
    }

    /// Whether a success has something to change, so that it must not be passed over.
    pub(super) const fn awaits_success(&self) -> bool {
        self.armed || self.run > 0
    }

    /// What successes may be counted aside for, and where its buckets begin.
    pub(super) fn tag(&self) -> (Tag, u64) {
        match &self.window {
            _ if self.state != State::Closed || self.armed => (Tag::SHUT, 0),
            Sliding::Unused => (Tag::SHUT, 0),
            Sliding::Calls(_) => (Tag::calls(self.generation), 0),
            Sliding::Time(ring) => (Tag::bucket(self.generation, ring.current), ring.origin),
        }
    }

    /// Asks for the admission of one call.
    pub(super) fn admit(
        &mut self,
        policy: &Policy,
        now: u64,
    ) -> (Result<Ticket, Refusal>, Option<Change>) {
        match self.state {
            State::Closed => (Ok(self.ticket(None)), None),
            State::ForcedClosed => (
                Ok(Ticket {
                    counts: false,
                    ..self.ticket(None)
                }),
                None,
            ),
            State::Open if now >= self.until => {
                self.enter(State::HalfOpen);
                (self.probe(policy, now), Some(Change::HalfOpened))
            }
            State::Open => (
                self.refuse(Some(Duration::from_nanos(self.until.saturating_sub(now)))),
                None,
            ),
            State::HalfOpen => (self.probe(policy, now), None),
            State::ForcedOpen => (self.refuse(None), None),
        }
    }

    /// A call ended and says something about the dependency.
    pub(super) fn record(
        &mut self,
        policy: &Policy,
        ticket: Ticket,
        sample: Sample,
        now: u64,
    ) -> Option<Change> {
        if !self.is_current(ticket) {
            return None;
        }
        if let Some(id) = ticket.probe {
            return self.probed(policy, id, sample, now);
        }
        self.count(sample);
        if sample.is_bad() {
            self.last_bad = now;
            self.remember = nanos(
                policy
                    .cooldown_after(0)
                    .saturating_mul(IDLE_COOLDOWNS)
                    .max(IDLE_MIN),
            );
        }
        match policy.trip() {
            Trip::Consecutive(_) if sample.is_bad() => self.run = self.run.saturating_add(1),
            Trip::Consecutive(_) => self.run = 0,
            _ => {
                self.window.fit(policy.effective_window(), now);
                self.window.push(sample);
            }
        }
        self.evaluate(policy, now)
    }

    /// A call ended and says nothing.
    pub(super) fn give_back(&mut self, ticket: Ticket) {
        if let Some(id) = ticket.probe
            && self.is_current(ticket)
        {
            self.probes.give_back(id);
        }
    }

    /// Takes in the successes that were counted aside; [`Self::tag`] saw to it that none of them
    /// could have changed anything by itself.
    pub(super) fn absorb(&mut self, successes: u32) {
        self.totals.successes = self.totals.successes.saturating_add(successes.into());
        if self.state == State::Closed {
            self.window.absorb(successes);
        }
    }

    /// Trips if the threshold is met, and notes whether a success could be what meets it.
    pub(super) fn evaluate(&mut self, policy: &Policy, now: u64) -> Option<Change> {
        if self.state != State::Closed {
            return None;
        }
        let tally = self.window.tally();
        let (tripped, armed) = match policy.trip() {
            Trip::Consecutive(failures) => (self.run >= failures.max(1), false),
            _ => threshold::look(policy, tally),
        };
        self.armed = armed;
        tripped.then(|| self.open(policy, now, tally))
    }

    /// Whether forgetting it would lose nothing: closed, and no failure that still matters.
    pub(super) fn is_idle(&self, now: u64) -> bool {
        let tally = self.window.tally();
        let healthy = self.run == 0 && tally.failures == 0 && tally.slow == 0;
        self.state == State::Closed
            && (healthy || now.saturating_sub(self.last_bad) >= self.remember)
    }

    pub(super) fn counters(&mut self, now: u64) -> Counters {
        self.window.advance(now);
        let tally = self.window.tally();
        Counters {
            window_calls: tally.calls,
            window_failures: tally.failures,
            window_slow: tally.slow,
            consecutive_failures: self.run,
            ..self.totals
        }
    }

    /// An operator decides.
    pub(super) fn force(&mut self, state: State) -> Change {
        self.enter(state);
        self.reopened = 0;
        Change::Forced(state)
    }

    /// Closed, and nothing remembered but the totals.
    pub(super) fn reset(&mut self) -> Change {
        self.enter(State::Closed);
        self.reopened = 0;
        Change::Reset
    }

    /// As new, but with a generation that tells the calls under way that they are late.
    pub(super) fn wipe(&mut self) {
        self.enter(State::Closed);
        *self = Self {
            generation: self.generation,
            ..Self::new()
        };
    }

    fn is_current(&self, ticket: Ticket) -> bool {
        ticket.counts && ticket.generation == self.generation
    }

    fn ticket(&self, probe: Option<NonZeroU16>) -> Ticket {
        Ticket {
            generation: self.generation,
            probe,
            counts: true,
        }
    }

    fn probe(&mut self, policy: &Policy, now: u64) -> Result<Ticket, Refusal> {
        let lease = nanos(policy.cooldown_after(self.reopened).max(LEASE_MIN));
        match self.probes.take(policy.probe_count().max(1), now, lease) {
            Some(id) => Ok(self.ticket(Some(id))),
            None => self.refuse(None),
        }
    }

    fn probed(
        &mut self,
        policy: &Policy,
        id: NonZeroU16,
        sample: Sample,
        now: u64,
    ) -> Option<Change> {
        if !self.probes.give_back(id) {
            return None;
        }
        self.count(sample);
        if sample.is_bad() {
            self.reopened = self.reopened.saturating_add(1);
            return Some(self.open(policy, now, Tally::from(sample)));
        }
        if !self.probes.succeeded(policy.probe_count().max(1)) {
            return None;
        }
        self.enter(State::Closed);
        self.reopened = 0;
        Some(Change::Closed)
    }

    fn open(&mut self, policy: &Policy, now: u64, tally: Tally) -> Change {
        let calls = tally.calls.max(self.run);
        let failures = tally.failures.max(self.run);
        let cooldown = policy.cooldown_after(self.reopened);
        self.enter(State::Open);
        self.until = now.saturating_add(nanos(cooldown));
        self.totals.opened = self.totals.opened.saturating_add(1);
        Change::Opened {
            cooldown,
            calls,
            failures,
            slow: tally.slow,
        }
    }

    fn refuse(&mut self, rest: Refusal) -> Result<Ticket, Refusal> {
        self.totals.rejected = self.totals.rejected.saturating_add(1);
        Err(rest)
    }

    fn count(&mut self, sample: Sample) {
        let totals = &mut self.totals;
        let of_its_kind = if sample.failed {
            &mut totals.failures
        } else {
            &mut totals.successes
        };
        *of_its_kind = of_its_kind.saturating_add(1);
        totals.slow = totals.slow.saturating_add(sample.slow.into());
    }

    /// The only place where the state changes: everything measured belongs to one state.
    fn enter(&mut self, state: State) {
        self.state = state;
        self.generation = self.generation.wrapping_add(1);
        self.run = 0;
        self.window.clear();
        self.armed = false;
        self.until = 0;
        self.probes = Probes::none();
    }
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests;
