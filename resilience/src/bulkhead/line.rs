//! Where calls stand that find no slot.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker, ready},
};

use super::{
    BulkheadState, HeldBulkhead,
    future::{BulkheadLayer, BulkheadRef, Phase},
    slots::Ticket,
};
use crate::{
    event::call_event,
    outcome::polled_again,
    rejection::Rejection,
    site::Site,
    time::{Sleep, later, millis, now},
};

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
