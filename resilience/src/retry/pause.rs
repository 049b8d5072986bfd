//! The pause between two attempts.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use super::RetryBudget;
use crate::time::{Sleep, later, nanos, now};

/// The pause before the next attempt. Dropped before its end, it gives the tokens back: the
/// attempt they paid for was never made.
///
/// `None` is no pause: it is over when it is first polled, so nothing can be given back. All else
/// lies in a box, so that the future of the call has one word for it.
#[derive(Debug)]
#[must_use = "without the pause the next attempt follows at once"]
pub struct Pause(Option<Box<Paused>>);

#[derive(Debug)]
struct Paused {
    /// `None` where only a turn is given to the others.
    sleep: Option<Sleep>,
    delay: Duration,
    refund: Option<&'static RetryBudget>,
    tokens: u32,
}

impl Pause {
    #[inline]
    pub(super) fn new(delay: Duration, paid: Option<(&'static RetryBudget, u32)>) -> Self {
        // Retries without a pause must not starve the others on the thread: each takes a piece of
        // the task's share, and the one that finds none left waits for its turn.
        if delay.is_zero() && has_share() {
            return Self(None);
        }
        paused(delay, paid)
    }

    /// Its length, for those who are told of it.
    #[must_use]
    pub fn delay(&self) -> Duration {
        Duration::from_nanos(self.nanos())
    }

    /// Its length in nanoseconds.
    #[inline]
    pub(super) fn nanos(&self) -> u64 {
        self.0.as_ref().map_or(0, |paused| nanos(paused.delay))
    }
}

impl Future for Pause {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.0 {
            None => Poll::Ready(()),
            Some(paused) => wait(paused, cx),
        }
    }
}

impl Drop for Pause {
    #[inline]
    fn drop(&mut self) {
        if let Some(paused) = self.0.take() {
            end(paused);
        }
    }
}

#[cold]
#[inline(never)]
fn paused(delay: Duration, paid: Option<(&'static RetryBudget, u32)>) -> Pause {
    let sleep = (!delay.is_zero()).then(|| Sleep::Until(later(now(), delay)));
    let (refund, tokens) = paid.map_or((None, 0), |(budget, tokens)| (Some(budget), tokens));
    Pause(Some(Box::new(Paused {
        sleep,
        delay,
        refund,
        tokens,
    })))
}

/// Takes what is in the box, so that no pointer into the user's future goes out.
#[cold]
#[inline(never)]
fn wait(paused: &mut Paused, cx: &mut Context<'_>) -> Poll<()> {
    match &mut paused.sleep {
        Some(sleep) => ready!(Pin::new(sleep).poll(cx)),
        None => ready!(proceed(cx)),
    }
    paused.refund = None;
    Poll::Ready(())
}

#[cold]
#[inline(never)]
fn end(paused: Box<Paused>) {
    drop(paused);
}

impl Drop for Paused {
    fn drop(&mut self) {
        if let Some(budget) = self.refund {
            budget.give(self.tokens);
        }
    }
}

/// Takes a piece of the task's share, if there is one left. Nobody is woken: who is refused here
/// asks again when it waits.
#[cold]
#[inline(never)]
fn has_share() -> bool {
    proceed(&mut Context::from_waker(Waker::noop())).is_ready()
}

#[inline]
fn proceed(cx: &mut Context<'_>) -> Poll<()> {
    ready!(tokio::task::coop::poll_proceed(cx)).made_progress();
    Poll::Ready(())
}
