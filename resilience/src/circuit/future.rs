//! The layer: a future that asks the circuit before it first polls the call.

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
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
    outcome::Outcome,
    rejection::Rejection,
    retry::Asked,
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

/// The surroundings of a `circuit` layer, as the glue hands them over.
#[derive(Debug, Clone, Copy)]
pub struct CircuitLayer<'a> {
    /// The annotated function.
    pub site: &'static Site,
    /// When it opens, how it recovers.
    pub policy: &'a Policy,
    /// The timeout above in the same stack: a call that it cuts off is a failure.
    pub limit: Option<&'a Limit<'a>>,
    /// Says whether an outcome is a rejection by a layer inside.
    pub call: Option<&'a Call>,
}

pin_project! {
    /// A call under a circuit.
    #[must_use = "futures do nothing unless polled"]
    pub struct CircuitFuture<'a, C, S, N, F, J, L, E>
    where
        C: CircuitRef,
        S: Fn() -> CircuitLayer<'a>,
    {
        #[pin]
        inner: F,
        on: N,
        pass: Pass<'a, C, S>,
        // Function items: they take no room. What is no `Result` is reported where this is made, and
        // not again where it is awaited.
        reject: J,
        error_of: L,
        looks: PhantomData<fn(&E)>,
    }
}

/// The outer layer of `inner`: runs it if the circuit admits it, and tells the circuit how it
/// ended. `on` says which errors are failures; `reject` is [`rejected`](crate::outcome::rejected)
/// and `error_of` [`error_of`](crate::outcome::error_of), named by the glue so that what the types
/// lack is reported once.
#[inline]
pub fn circuit<'a, R, E, F, C, S, N, J, L>(
    surroundings: S,
    circuit: C,
    on: N,
    inner: F,
    reject: J,
    error_of: L,
) -> CircuitFuture<'a, C, S, N, F, J, L, E>
where
    R: Outcome<Error = E>,
    J: Fn(Rejection) -> R,
    F: Future<Output = R>,
    C: CircuitRef,
    S: Fn() -> CircuitLayer<'a>,
    N: Fn(&E) -> Asked,
    L: Fn(&R) -> Option<&E>,
{
    let pass = Pass {
        circuit,
        surroundings,
        phase: Phase::Idle { over: false },
        lives: PhantomData,
    };
    CircuitFuture {
        inner,
        on,
        pass,
        reject,
        error_of,
        looks: PhantomData,
    }
}

impl<'a, R, E, F, C, S, N, J, L> Future for CircuitFuture<'a, C, S, N, F, J, L, E>
where
    L: Fn(&R) -> Option<&E>,
    J: Fn(Rejection) -> R,
    F: Future<Output = R>,
    C: CircuitRef,
    S: Fn() -> CircuitLayer<'a>,
    N: Fn(&E) -> Asked,
{
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        let pass = this.pass;
        let admitted = match pass.enter() {
            Ok(admitted) => admitted,
            Err(rejection) => return Poll::Ready((this.reject)(rejection)),
        };
        let mut running = Running {
            circuit: pass.circuit.shared(),
            policy: (pass.surroundings)().policy,
            admitted,
            on_unwind: Some(Sample::FAILURE),
        };
        let Poll::Ready(outcome) = this.inner.poll(cx) else {
            pass.phase = Phase::Running(running.suspend());
            return Poll::Pending;
        };
        match (this.error_of)(&outcome) {
            None => running.succeed(),
            Some(_) if (pass.surroundings)().call.is_some_and(Call::rejected) => {
                running.settle(None);
            }
            Some(error) => {
                // The filter is user code. If it panics, nobody knows what the error was.
                running.on_unwind = None;
                if (this.on)(error).again {
                    running.settle(Some(Sample::FAILURE));
                } else {
                    running.succeed();
                }
            }
        }
        Poll::Ready(outcome)
    }
}

impl<'a, C, S, N, F, J, L, E> fmt::Debug for CircuitFuture<'a, C, S, N, F, J, L, E>
where
    C: CircuitRef,
    S: Fn() -> CircuitLayer<'a>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitFuture")
            .field("circuit", &self.pass.circuit.shared().name())
            .field("phase", &self.pass.phase)
            .finish_non_exhaustive()
    }
}

/// One call on its way through the circuit. Dropping it gives back what it holds.
struct Pass<'a, C: CircuitRef, S: Fn() -> CircuitLayer<'a>> {
    circuit: C,
    /// A closure over constants: they take no room here, and are constants where they are used.
    surroundings: S,
    phase: Phase,
    lives: PhantomData<&'a ()>,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    /// Not asked for admission yet; or rejected, settled, or being polled: then [`Running`] has
    /// it.
    Idle { over: bool },
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

impl<'a, C: CircuitRef, S: Fn() -> CircuitLayer<'a>> Pass<'a, C, S> {
    /// Takes the call out of the pass: it belongs to [`Running`] until it is suspended.
    #[inline]
    fn enter(&mut self) -> Result<Admitted, Rejection> {
        match mem::replace(&mut self.phase, Phase::Idle { over: true }) {
            Phase::Idle { over: false } => {}
            Phase::Idle { over: true } => polled_again(),
            Phase::Running(admitted) => return Ok(admitted),
        }
        let circuit = self.circuit.shared();
        let pass = if let Some(pass) = circuit.admit_closed() {
            pass
        } else {
            if circuit.is_unlisted() {
                self.circuit.list();
            }
            let CircuitLayer {
                site, policy, call, ..
            } = (self.surroundings)();
            admit(site, circuit, policy, call)?
        };
        Ok(Admitted { pass, since: 0 })
    }
}

impl<'a, C: CircuitRef, S: Fn() -> CircuitLayer<'a>> Drop for Pass<'a, C, S> {
    #[inline]
    fn drop(&mut self) {
        if let Phase::Running(Admitted { pass, since }) = self.phase {
            let CircuitLayer {
                policy,
                limit,
                call,
                ..
            } = (self.surroundings)();
            // As few arguments as can be: if this is small, the future stays in registers. What still
            // waited for its turn inside says nothing about the dependency.
            match limit {
                Some(limit) if !call.is_some_and(Call::rejected) => {
                    dropped(self.circuit.shared(), policy, pass, since, limit);
                }
                _ => give_back(self.circuit.shared(), pass),
            }
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
    let Some(sample) = sample else {
        return give_back(circuit, pass);
    };
    let slow = since != 0 && is_slow(policy.slow_after(), since);
    circuit.record(policy, pass.ticket(), Sample { slow, ..sample });
}

/// The end of a call that was dropped.
#[cold]
#[inline(never)]
fn dropped(
    circuit: &CircuitState,
    policy: &Policy,
    pass: Admission,
    since: u64,
    limit: &Limit<'_>,
) {
    // A dependency that hangs until a timeout above gives up must open the circuit.
    let sample = limit.is_cut().then_some(Sample::FAILURE);
    settle(circuit, policy, pass, since, sample);
}

/// The end of a call that says nothing about the dependency.
#[cold]
#[inline(never)]
fn give_back(circuit: &CircuitState, pass: Admission) {
    let ticket = pass.ticket();
    if ticket.probe.is_some() {
        circuit.give_back(ticket);
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
#[cfg(not(loom))]
mod tests;
