//! The layer: a future that asks the circuit before it first polls the call.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use pin_project_lite::pin_project;
use resilience_policy::Circuit as Policy;

use super::{
    machine::Ticket,
    report::rejected,
    shared::{CircuitState, is_slow},
    window::Sample,
};
use crate::{
    call::Call,
    outcome::{FromRejection, Outcome, rejected as as_outcome},
    rejection::Rejection,
    site::Site,
    time::{Limit, now, stamp},
};

/// What a layer can ask for admission: a `static`, or one key of many.
pub trait CircuitRef {
    /// The state that the calls share.
    fn shared(&self) -> &CircuitState;
    /// Makes it known to [`circuits`](crate::circuits); asked once, before the first call.
    fn list(&self);
}

pin_project! {
    /// A call under a circuit.
    #[must_use = "futures do nothing unless polled"]
    pub struct CircuitFuture<'a, R, C, N, F>
    where
        C: CircuitRef,
    {
        #[pin]
        inner: F,
        on: N,
        pass: Pass<'a, C>,
        reject: fn(Rejection) -> R,
    }
}

/// The outer layer of `inner`: runs it if the circuit admits it, and tells the circuit how it
/// ended.
///
/// `limit` is the timeout above in the same stack, if there is one: a call that it cuts off is a
/// failure. `call` says whether the outcome is a rejection by a layer inside. `on` says which
/// errors are failures.
#[inline]
pub fn circuit<'a, R, F, C, N>(
    site: &'static Site,
    circuit: C,
    policy: &'a Policy,
    limit: Option<&'a Limit<'a>>,
    call: Option<&'a Call>,
    on: N,
    inner: F,
) -> CircuitFuture<'a, R, C, N, F>
where
    R: Outcome<Error: FromRejection>,
    F: Future<Output = R>,
    C: CircuitRef,
    N: Fn(&R::Error) -> bool,
{
    let pass = Pass {
        circuit,
        policy,
        limit,
        call,
        phase: Phase::New(site),
    };
    CircuitFuture {
        inner,
        on,
        pass,
        reject: as_outcome,
    }
}

impl<R, F, C, N> Future for CircuitFuture<'_, R, C, N, F>
where
    R: Outcome,
    F: Future<Output = R>,
    C: CircuitRef,
    N: Fn(&R::Error) -> bool,
{
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        let pass = this.pass;
        match pass.phase {
            Phase::Running { .. } => {}
            Phase::New(site) => {
                if let Err(rejection) = pass.enter(site) {
                    return Poll::Ready((this.reject)(rejection));
                }
            }
            Phase::Over => polled_again(),
        }

        let poll = || this.inner.poll(cx);
        let Poll::Ready(outcome) = OnUnwind::run(pass, Some(Sample::FAILURE), poll) else {
            pass.suspend();
            return Poll::Pending;
        };
        match outcome.as_result() {
            Ok(_) => pass.succeed(),
            Err(_) if pass.was_rejected_inside() => pass.settle(None),
            Err(error) => {
                // The filter is user code. If it panics, nobody knows what the error was.
                let failed = OnUnwind::run(pass, None, || (this.on)(error));
                pass.answered(failed);
            }
        }
        Poll::Ready(outcome)
    }
}

impl<R, C: CircuitRef, N, F> fmt::Debug for CircuitFuture<'_, R, C, N, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitFuture")
            .field("circuit", &self.pass.circuit.shared().name())
            .field("phase", &self.pass.phase)
            .finish_non_exhaustive()
    }
}

/// One call on its way through the circuit. Dropping it gives back what it holds.
#[derive(Debug)]
struct Pass<'a, C: CircuitRef> {
    circuit: C,
    policy: &'a Policy,
    limit: Option<&'a Limit<'a>>,
    call: Option<&'a Call>,
    phase: Phase,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    /// Not asked for admission yet.
    New(&'static Site),
    /// Admitted. `since` is the first suspension, 0 before it or where nobody asks.
    Running { ticket: Ticket, since: u64 },
    /// Rejected or settled.
    Over,
}

impl<C: CircuitRef> Pass<'_, C> {
    #[inline]
    fn enter(&mut self, site: &'static Site) -> Result<(), Rejection> {
        let ticket = match self.circuit.shared().admit_closed() {
            Some(ticket) => ticket,
            None => self.ask(site)?,
        };
        self.phase = Phase::Running { ticket, since: 0 };
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn ask(&mut self, site: &'static Site) -> Result<Ticket, Rejection> {
        if self.circuit.shared().is_unlisted() {
            self.circuit.list();
        }
        self.circuit
            .shared()
            .admit(self.policy)
            .map_err(|retry_after| {
                self.phase = Phase::Over;
                reject(site, self.circuit.shared(), self.call, retry_after)
            })
    }

    /// A call that never waits reads no clock, and is never slow.
    #[inline]
    fn suspend(&mut self) {
        if self.policy.slow_after().is_some()
            && let Phase::Running {
                since: since @ 0, ..
            } = &mut self.phase
        {
            *since = first_suspension();
        }
    }

    #[inline]
    fn was_rejected_inside(&self) -> bool {
        self.call.is_some_and(Call::rejected)
    }

    #[inline]
    fn succeed(&mut self) {
        match self.phase {
            Phase::Running { ticket, since: 0 } if ticket.probe.is_none() => {
                self.phase = Phase::Over;
                self.circuit.shared().succeed(self.policy, ticket);
            }
            _ => self.settle(Some(Sample::SUCCESS)),
        }
    }

    #[inline]
    fn answered(&mut self, failed: bool) {
        if failed {
            self.settle(Some(Sample::FAILURE));
        } else {
            self.succeed();
        }
    }

    fn settle(&mut self, sample: Option<Sample>) {
        let Phase::Running { ticket, since } = self.phase else {
            return;
        };
        self.phase = Phase::Over;
        settle(self.circuit.shared(), self.policy, ticket, since, sample);
    }
}

impl<C: CircuitRef> Drop for Pass<'_, C> {
    #[inline]
    fn drop(&mut self) {
        if let Phase::Running { .. } = self.phase {
            // A dependency that hangs until a timeout above gives up must open the circuit.
            let cut = self.limit.is_some_and(Limit::is_cut);
            self.settle(cut.then_some(Sample::FAILURE));
        }
    }
}

/// Settles a call whose body or filter panics, at once: whoever catches the panic may keep the
/// future.
struct OnUnwind<'p, 'a, C: CircuitRef> {
    pass: Option<&'p mut Pass<'a, C>>,
    sample: Option<Sample>,
}

impl<'p, 'a, C: CircuitRef> OnUnwind<'p, 'a, C> {
    /// Runs `user_code`, and settles the call with `sample` if that panics.
    #[inline]
    fn run<T>(
        pass: &'p mut Pass<'a, C>,
        sample: Option<Sample>,
        user_code: impl FnOnce() -> T,
    ) -> T {
        let mut guard = Self {
            pass: Some(pass),
            sample,
        };
        let value = user_code();
        guard.pass = None;
        value
    }
}

impl<C: CircuitRef> Drop for OnUnwind<'_, '_, C> {
    #[inline]
    fn drop(&mut self) {
        if let Some(pass) = &mut self.pass {
            pass.settle(self.sample);
        }
    }
}

/// The slow half of [`Pass::settle`].
#[cold]
#[inline(never)]
fn settle(
    circuit: &CircuitState,
    policy: &Policy,
    ticket: Ticket,
    since: u64,
    sample: Option<Sample>,
) {
    match sample {
        Some(sample) => {
            let slow = since != 0 && is_slow(policy.slow_after(), since);
            circuit.record(policy, ticket, Sample { slow, ..sample });
        }
        None if ticket.probe.is_some() => circuit.give_back(ticket),
        None => {}
    }
}

/// A rejected call must not run after all.
#[cold]
#[inline(never)]
fn polled_again() -> ! {
    panic!("a call under a circuit was polled after it was ready");
}

#[cold]
#[inline(never)]
fn first_suspension() -> u64 {
    stamp(now())
}

#[cold]
#[inline(never)]
fn reject(
    site: &'static Site,
    circuit: &CircuitState,
    call: Option<&Call>,
    retry_after: Option<Duration>,
) -> Rejection {
    if let Some(call) = call {
        call.reject();
    }
    rejected(site.name(), circuit.name());
    Rejection::CircuitOpen {
        site: site.name(),
        retry_after,
    }
}

#[cfg(test)]
mod tests;
