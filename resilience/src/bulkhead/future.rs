//! The layer: a future that takes a slot before it first polls the call, and gives it back.

use std::{
    fmt,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use resilience_policy::Bulkhead as Policy;

use super::{BulkheadState, HeldBulkhead, slots::Ticket};
use crate::{
    call::Call,
    event::call_event,
    outcome::polled_again,
    rejection::Rejection,
    site::Site,
    time::{Timer, later, millis, now},
};

/// What a layer can ask for a slot: a `static`, or one key of many.
pub trait BulkheadRef {
    /// The state that the calls share.
    fn state(&self) -> &BulkheadState;
    /// Makes it known to [`bulkheads`](crate::bulkheads); asked after the first call.
    fn list(&self);
    /// The state, for a call that waits.
    fn hold(&self) -> HeldBulkhead;
}

/// The surroundings of a `bulkhead` layer, as the glue hands them over.
#[derive(Debug, Clone, Copy)]
pub struct BulkheadLayer<'a> {
    /// The annotated function.
    pub site: &'static Site,
    /// How many calls at once.
    pub policy: &'a Policy,
    /// Where the layers above read what happened.
    pub call: Option<&'a Call>,
}

pin_project! {
    /// A call under a bulkhead.
    #[must_use = "futures do nothing unless polled"]
    pub struct BulkheadFuture<C: BulkheadRef, S, F, J> {
        #[pin]
        inner: F,
        // Behind `inner`: the slot is free when the call is gone.
        pass: Pass<C>,
        // A closure over constants: it takes no room here.
        surroundings: S,
        // A function item: it takes no room.
        reject: J,
    }
}

/// One call on its way through the bulkhead. Dropping it gives back what it holds.
struct Pass<C: BulkheadRef> {
    bulkhead: C,
    phase: Phase,
}

enum Phase {
    /// Not asked yet.
    New,
    /// In the queue.
    Waiting(Box<Waiting>),
    /// It holds a slot, and is suspended.
    Running,
    /// Rejected, at its end, or being polled: then [`Running`] holds the slot.
    Over,
}

/// The outer layer of `inner`: runs it in a slot. `reject` is
/// [`rejected`](crate::outcome::rejected), named by the glue so that an error type without
/// `From<Rejection>` is reported once.
#[inline]
pub fn bulkhead<'a, R, F, C, S, J>(
    surroundings: S,
    bulkhead: C,
    inner: F,
    reject: J,
) -> BulkheadFuture<C, S, F, J>
where
    J: Fn(Rejection) -> R,
    F: Future<Output = R>,
    C: BulkheadRef,
    S: Fn() -> BulkheadLayer<'a>,
{
    BulkheadFuture {
        inner,
        pass: Pass {
            bulkhead,
            phase: Phase::New,
        },
        surroundings,
        reject,
    }
}

impl<'a, R, F, C, S, J> Future for BulkheadFuture<C, S, F, J>
where
    J: Fn(Rejection) -> R,
    F: Future<Output = R>,
    C: BulkheadRef,
    S: Fn() -> BulkheadLayer<'a>,
{
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        let pass = this.pass;
        if let Err(rejection) = ready!(pass.enter(this.surroundings, cx)) {
            return Poll::Ready((this.reject)(rejection));
        }
        // From here on this gives the slot back, also if the call panics: whoever catches the
        // panic may keep the future.
        let slot = Slot(pass.bulkhead.state());
        let outcome = this.inner.poll(cx);
        if outcome.is_pending() {
            mem::forget(slot);
            pass.phase = Phase::Running;
        }
        outcome
    }
}

impl<C: BulkheadRef, S, F, J> fmt::Debug for BulkheadFuture<C, S, F, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.pass.phase {
            Phase::New => "new",
            Phase::Waiting(_) => "waiting",
            Phase::Running => "running",
            Phase::Over => "over",
        };
        f.debug_struct("BulkheadFuture")
            .field("bulkhead", &self.pass.bulkhead.state().name())
            .field("phase", &phase)
            .finish_non_exhaustive()
    }
}

impl<C: BulkheadRef> Pass<C> {
    /// Takes a slot, or the one it holds out of the pass.
    #[inline]
    fn enter<'a>(
        &mut self,
        surroundings: &impl Fn() -> BulkheadLayer<'a>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Rejection>> {
        match mem::replace(&mut self.phase, Phase::Over) {
            Phase::Running => return Poll::Ready(Ok(())),
            Phase::New => {
                let layer = surroundings();
                if let Some(taken) = self.bulkhead.state().enter(layer.policy) {
                    if taken.first {
                        self.bulkhead.list();
                    }
                    return Poll::Ready(Ok(()));
                }
                match queue(&layer, &self.bulkhead, cx) {
                    Ok(None) => return Poll::Ready(Ok(())),
                    Ok(Some(waiting)) => self.phase = Phase::Waiting(waiting),
                    Err(rejection) => return Poll::Ready(Err(rejection)),
                }
            }
            Phase::Waiting(waiting) => self.phase = Phase::Waiting(waiting),
            Phase::Over => polled_again(),
        }
        let Phase::Waiting(waiting) = &mut self.phase else {
            return Poll::Pending;
        };
        let came = ready!(wait(waiting, cx));
        // Dropped here, not where it would lie in the future.
        drop(mem::replace(&mut self.phase, Phase::Over));
        Poll::Ready(if came {
            Ok(())
        } else {
            Err(refuse(&surroundings(), self.bulkhead.state()))
        })
    }
}

impl<C: BulkheadRef> Drop for Pass<C> {
    #[inline]
    fn drop(&mut self) {
        if matches!(self.phase, Phase::Running) {
            self.bulkhead.state().leave();
        }
    }
}

/// A slot, while the call is polled.
struct Slot<'b>(&'b BulkheadState);

impl Drop for Slot<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// The slow half of [`Pass::enter`]: a slot all the same, a place in the queue, or neither.
#[cold]
#[inline(never)]
fn queue<C: BulkheadRef>(
    layer: &BulkheadLayer<'_>,
    bulkhead: &C,
    cx: &Context<'_>,
) -> Result<Option<Box<Waiting>>, Rejection> {
    let (state, wait) = (bulkhead.state(), layer.policy.longest_wait());
    if wait.is_zero() {
        return Err(refuse(layer, state));
    }
    let Err(ticket) = state.queue(layer.policy, cx.waker()) else {
        return Ok(None);
    };
    let waiting = Waiting {
        timer: Timer::armed(later(now(), wait)),
        held: bulkhead.hold(),
        ticket: Some(ticket),
    };
    if let Some(call) = layer.call {
        // If it is cut off while it waits, the body has not run.
        call.reject();
    }
    report_wait(layer.site, state.name(), millis(wait));
    Ok(Some(Box::new(waiting)))
}

#[cold]
#[inline(never)]
fn refuse(layer: &BulkheadLayer<'_>, state: &BulkheadState) -> Rejection {
    state.reject();
    if let Some(call) = layer.call {
        call.reject();
    }
    report_rejection(layer.site, state.name());
    Rejection::BulkheadFull {
        site: layer.site.name(),
    }
}

/// A call in the queue. Dropped before its end, it leaves the queue, and gives back the slot that
/// came in the meantime.
struct Waiting {
    timer: Timer,
    held: HeldBulkhead,
    ticket: Option<Ticket>,
}

/// Whether the slot has come in time.
#[cold]
#[inline(never)]
fn wait(waiting: &mut Waiting, cx: &mut Context<'_>) -> Poll<bool> {
    let Some(ticket) = waiting.ticket else {
        return Poll::Ready(false);
    };
    let state = waiting.held.state();
    let came = if state.has_come(ticket, cx.waker()) {
        true
    } else {
        ready!(waiting.timer.poll(cx));
        !state.give_up(ticket)
    };
    waiting.ticket = None;
    Poll::Ready(came)
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            let state = self.held.state();
            if !state.give_up(ticket) {
                state.leave();
            }
        }
    }
}

#[cold]
#[inline(never)]
fn report_wait(site: &'static Site, bulkhead: &'static str, wait_ms: u64) {
    call_event!(
        DEBUG,
        "bulkhead_waiting",
        site.name(),
        bulkhead = bulkhead,
        wait_max_ms = wait_ms
    );
}

/// Every one is told, so at a level that is off unless asked for.
#[cold]
#[inline(never)]
fn report_rejection(site: &'static Site, bulkhead: &'static str) {
    call_event!(DEBUG, "bulkhead_full", site.name(), bulkhead = bulkhead);
}
