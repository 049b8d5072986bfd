//! The layer: a future that takes a slot before it first polls the call, and gives it back.

use std::{
    fmt,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use resilience_policy::Bulkhead as Policy;

use super::{
    BulkheadState, HeldBulkhead,
    line::{Entry, Line},
};
use crate::{call::Call, rejection::Rejection, site::Site};

/// What a layer can ask for a slot: a `static`, or one key of many.
pub trait BulkheadRef: Copy {
    /// The state that the calls share.
    fn state(&self) -> &BulkheadState;
    /// Makes it known to [`bulkheads`](crate::bulkheads); asked after the first call.
    fn list(&self);
    /// The state, for a call that waits.
    fn hold(&self) -> HeldBulkhead;

    /// Takes a slot, if one is free and nobody waits for it.
    #[inline]
    fn enter(&self, policy: &Policy) -> bool {
        let Some(taken) = self.state().enter(policy) else {
            return false;
        };
        if taken.first {
            self.list();
        }
        true
    }
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
    pub struct BulkheadFuture<Q, C: BulkheadRef, S, F, J> {
        #[pin]
        inner: F,
        // Behind `inner`: the slot is free when the call is gone.
        pass: Pass<Q, C>,
        // A closure over constants: it takes no room here.
        surroundings: S,
        // A function item: it takes no room.
        reject: J,
    }
}

/// One call on its way through the bulkhead. Dropping it gives back what it holds.
struct Pass<Q, C: BulkheadRef> {
    bulkhead: C,
    phase: Phase,
    place: Q,
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Not asked yet.
    New,
    /// In the queue.
    Waiting,
    /// It holds a slot, and is suspended.
    Running,
    /// Rejected, at its end, or being polled: then [`Slot`] holds the slot.
    Over,
}

/// The outer layer of `inner`: runs it in a slot. `reject` is
/// [`rejected`](crate::outcome::rejected), named by the glue so that an error type without
/// `From<Rejection>` is reported once.
#[inline]
pub fn bulkhead<'a, R, Q, F, C, S, J>(
    surroundings: S,
    bulkhead: C,
    inner: F,
    reject: J,
) -> BulkheadFuture<Q, C, S, F, J>
where
    Q: Line,
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
            place: Q::default(),
        },
        surroundings,
        reject,
    }
}

impl<'a, R, Q, F, C, S, J> Future for BulkheadFuture<Q, C, S, F, J>
where
    Q: Line,
    J: Fn(Rejection) -> R,
    F: Future<Output = R>,
    C: BulkheadRef,
    S: Fn() -> BulkheadLayer<'a>,
{
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        let (pass, surroundings) = (this.pass, &*this.surroundings);
        let bulkhead = pass.bulkhead;
        match mem::replace(&mut pass.phase, Phase::Over) {
            Phase::Running => {}
            Phase::New if bulkhead.enter(surroundings().policy) => {}
            phase => {
                // By value: a pointer into the user's future would keep the compiler from holding it
                // in registers.
                let place = mem::take(&mut pass.place);
                match place.enter(phase, surroundings(), bulkhead, cx) {
                    Entry::Through => {}
                    Entry::Later(place) => {
                        pass.phase = Phase::Waiting;
                        pass.place = place;
                        return Poll::Pending;
                    }
                    Entry::Refused(rejection) => return Poll::Ready((this.reject)(rejection)),
                }
            }
        }
        // From here on this gives the slot back, also if the call panics: whoever catches the
        // panic may keep the future.
        let slot = Slot(bulkhead.state());
        let outcome = this.inner.poll(cx);
        if outcome.is_pending() {
            mem::forget(slot);
            pass.phase = Phase::Running;
        }
        outcome
    }
}

impl<Q, C: BulkheadRef, S, F, J> fmt::Debug for BulkheadFuture<Q, C, S, F, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkheadFuture")
            .field("bulkhead", &self.pass.bulkhead.state().name())
            .field("phase", &self.pass.phase)
            .finish_non_exhaustive()
    }
}

impl<Q, C: BulkheadRef> Drop for Pass<Q, C> {
    #[inline]
    fn drop(&mut self) {
        if self.phase == Phase::Running {
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
