//! The layer: a future that asks the circuit before it first polls the call.

use std::{
    fmt,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use resilience_policy::Circuit as Policy;

use super::{
    report::rejected,
    shared::{Admission, CircuitState, is_slow},
    window::Sample,
};
use crate::{
    call::Call,
    outcome::Rejectable,
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
    pub struct CircuitFuture<'a, C, N, F>
    where
        C: CircuitRef,
    {
        #[pin]
        inner: F,
        on: N,
        pass: Pass<'a, C>,
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
) -> CircuitFuture<'a, C, N, F>
where
    R: Rejectable,
    F: Future<Output = R>,
    C: CircuitRef,
    N: Fn(&R::Error) -> bool,
{
    let pass = Pass {
        circuit,
        policy,
        limit,
        call,
        phase: Phase::Idle(Some(site)),
    };
    CircuitFuture { inner, on, pass }
}

impl<R, F, C, N> Future for CircuitFuture<'_, C, N, F>
where
    R: Rejectable,
    F: Future<Output = R>,
    C: CircuitRef,
    N: Fn(&R::Error) -> bool,
{
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        let pass = this.pass;
        let admitted = match pass.enter() {
            Ok(admitted) => admitted,
            Err(rejection) => return Poll::Ready(R::rejected(rejection)),
        };
        let mut running = Running {
            circuit: pass.circuit.shared(),
            policy: pass.policy,
            admitted,
            on_unwind: Some(Sample::FAILURE),
        };
        let Poll::Ready(outcome) = this.inner.poll(cx) else {
            pass.phase = Phase::Running(running.suspend());
            return Poll::Pending;
        };
        match outcome.as_result() {
            Ok(_) => running.succeed(),
            Err(_) if pass.call.is_some_and(Call::rejected) => running.settle(None),
            Err(error) => {
                // The filter is user code. If it panics, nobody knows what the error was.
                running.on_unwind = None;
                if (this.on)(error) {
                    running.settle(Some(Sample::FAILURE));
                } else {
                    running.succeed();
                }
            }
        }
        Poll::Ready(outcome)
    }
}

impl<C: CircuitRef, N, F> fmt::Debug for CircuitFuture<'_, C, N, F> {
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
    /// Not asked for admission yet; `None` once it is rejected, settled, or being polled: then
    /// [`Running`] has it.
    Idle(Option<&'static Site>),
    /// Admitted, and suspended.
    Running(Admitted),
}

/// An admitted call.
#[derive(Debug, Clone, Copy)]
struct Admitted {
    pass: Admission,
    /// The first suspension; 0 before it or where nobody asks.
    since: u64,
}

impl<C: CircuitRef> Pass<'_, C> {
    /// Takes the call out of the pass: it belongs to [`Running`] until it is suspended.
    #[inline]
    fn enter(&mut self) -> Result<Admitted, Rejection> {
        let site = match mem::replace(&mut self.phase, Phase::Idle(None)) {
            Phase::Idle(Some(site)) => site,
            Phase::Idle(None) => polled_again(),
            Phase::Running(admitted) => return Ok(admitted),
        };
        let circuit = self.circuit.shared();
        let pass = match circuit.admit_closed() {
            Some(pass) => pass,
            None => {
                if circuit.is_unlisted() {
                    self.circuit.list();
                }
                admit(site, circuit, self.policy, self.call)?
            }
        };
        Ok(Admitted { pass, since: 0 })
    }
}

impl<C: CircuitRef> Drop for Pass<'_, C> {
    #[inline]
    fn drop(&mut self) {
        if let Phase::Running(admitted) = self.phase {
            // A dependency that hangs until a timeout above gives up must open the circuit.
            let cut = self.limit.is_some_and(Limit::is_cut);
            let sample = cut.then_some(Sample::FAILURE);
            let Admitted { pass, since } = admitted;
            settle(self.circuit.shared(), self.policy, pass, since, sample);
        }
    }
}

/// A call while it is polled. Settles it at once if its body or the filter panics: whoever
/// catches the panic may keep the future.
///
/// It holds copies, since a pointer into the user's future would keep the compiler from holding
/// that future in registers.
struct Running<'c> {
    circuit: &'c CircuitState,
    policy: &'c Policy,
    admitted: Admitted,
    on_unwind: Option<Sample>,
}

impl Running<'_> {
    /// A call that never waits reads no clock, and is never slow.
    #[inline]
    fn suspend(self) -> Admitted {
        let mut admitted = self.admitted;
        if admitted.since == 0 && self.policy.slow_after().is_some() {
            admitted.since = first_suspension();
        }
        mem::forget(self);
        admitted
    }

    #[inline]
    fn succeed(self) {
        let Admitted { pass, since } = self.admitted;
        if since == 0 && self.circuit.succeed_closed(self.policy, pass) {
            mem::forget(self);
        } else {
            self.settle(Some(Sample::SUCCESS));
        }
    }

    #[inline]
    fn settle(self, sample: Option<Sample>) {
        let Admitted { pass, since } = self.admitted;
        settle(self.circuit, self.policy, pass, since, sample);
        mem::forget(self);
    }
}

impl Drop for Running<'_> {
    #[inline]
    fn drop(&mut self) {
        let Admitted { pass, since } = self.admitted;
        settle(self.circuit, self.policy, pass, since, self.on_unwind);
    }
}

#[cold]
#[inline(never)]
#[allow(clippy::panic, reason = "as every future that is polled after its end")]
fn polled_again() -> ! {
    panic!("a call under a circuit was polled after its end")
}

/// The end of a call, other than a success of a closed circuit.
#[cold]
#[inline(never)]
fn settle(
    circuit: &CircuitState,
    policy: &Policy,
    pass: Admission,
    since: u64,
    sample: Option<Sample>,
) {
    let ticket = pass.ticket();
    match sample {
        Some(sample) => {
            let slow = since != 0 && is_slow(policy.slow_after(), since);
            circuit.record(policy, ticket, Sample { slow, ..sample });
        }
        None if ticket.probe.is_some() => circuit.give_back(ticket),
        None => {}
    }
}

#[cold]
#[inline(never)]
fn first_suspension() -> u64 {
    stamp(now())
}

/// The slow half of [`Pass::enter`].
#[cold]
#[inline(never)]
fn admit(
    site: &'static Site,
    circuit: &CircuitState,
    policy: &Policy,
    call: Option<&Call>,
) -> Result<Admission, Rejection> {
    let admitted = circuit.admit(policy).map(Admission::from);
    admitted.map_err(|retry_after| {
        if let Some(call) = call {
            call.reject();
        }
        rejected(site.name(), circuit.name());
        Rejection::CircuitOpen {
            site: site.name(),
            retry_after,
        }
    })
}

#[cfg(test)]
mod tests;
