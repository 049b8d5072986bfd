//! The layer: a future that takes a slot before it first polls the call, and gives it back.

use std::{
    fmt,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, Waker, ready},
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
    time::{Sleep, later, millis, now},
};

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

/// What came of asking for a slot.
#[derive(Debug)]
pub enum Entry<Q> {
    /// It is there.
    Through,
    /// It may come later.
    Later(Q),
    /// It does not come in time.
    Refused(Rejection),
}

/// Where calls stand that find no slot: in a queue, or nowhere.
pub trait Line: Default {
    /// Where there is no slot at once.
    fn enter<C: BulkheadRef>(
        self,
        phase: Phase,
        layer: BulkheadLayer<'_>,
        bulkhead: C,
        cx: &mut Context<'_>,
    ) -> Entry<Self>;
}

/// Of bulkheads under which nobody waits: their futures are smaller.
#[derive(Debug, Default)]
pub struct NoQueue;

impl Line for NoQueue {
    #[cold]
    #[inline(never)]
    fn enter<C: BulkheadRef>(
        self,
        phase: Phase,
        layer: BulkheadLayer<'_>,
        bulkhead: C,
        _: &mut Context<'_>,
    ) -> Entry<Self> {
        if phase != Phase::New {
            polled_again();
        }
        Entry::Refused(refuse(&layer, bulkhead.state()))
    }
}

impl Line for Queue {
    #[cold]
    #[inline(never)]
    fn enter<C: BulkheadRef>(
        mut self,
        phase: Phase,
        layer: BulkheadLayer<'_>,
        bulkhead: C,
        cx: &mut Context<'_>,
    ) -> Entry<Self> {
        let state = bulkhead.state();
        match phase {
            Phase::New => match queue(&layer, state, || bulkhead.hold(), cx.waker()) {
                Ok(Some(waiting)) => self.0 = Some(waiting),
                Ok(None) => return Entry::Through,
                Err(rejection) => return Entry::Refused(rejection),
            },
            Phase::Waiting => {}
            Phase::Running | Phase::Over => polled_again(),
        }
        match self.0.as_mut().map(|waiting| waiting.poll(cx)) {
            Some(Poll::Pending) => Entry::Later(self),
            Some(Poll::Ready(true)) => Entry::Through,
            Some(Poll::Ready(false)) | None => Entry::Refused(refuse(&layer, state)),
        }
    }
}

fn queue(
    layer: &BulkheadLayer<'_>,
    state: &BulkheadState,
    hold: impl FnOnce() -> HeldBulkhead,
    waker: &Waker,
) -> Result<Option<Box<Waiting>>, Rejection> {
    let wait = layer.policy.longest_wait();
    if wait.is_zero() {
        return Err(refuse(layer, state));
    }
    let Err(ticket) = state.queue(layer.policy, waker) else {
        return Ok(None);
    };
    let waiting = Waiting {
        sleep: Sleep::Until(later(now(), wait)),
        held: hold(),
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

/// The place of a call in the queue, if it stands there.
#[derive(Debug, Default)]
pub struct Queue(Option<Box<Waiting>>);

impl Drop for Queue {
    #[inline]
    fn drop(&mut self) {
        if let Some(waiting) = self.0.take() {
            forgo(waiting);
        }
    }
}

#[cold]
#[inline(never)]
fn forgo(waiting: Box<Waiting>) {
    drop(waiting);
}

/// A call in the queue. Dropped before its end, it leaves the queue, and gives back the slot that
/// came in the meantime.
#[derive(Debug)]
struct Waiting {
    sleep: Sleep,
    held: HeldBulkhead,
    ticket: Option<Ticket>,
}

impl Waiting {
    /// Whether the slot has come in time.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        let Some(ticket) = self.ticket else {
            return Poll::Ready(false);
        };
        let state = self.held.state();
        let came = if state.has_come(ticket, cx.waker()) {
            true
        } else {
            ready!(Pin::new(&mut self.sleep).poll(cx));
            !state.give_up(ticket)
        };
        self.ticket = None;
        Poll::Ready(came)
    }
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
