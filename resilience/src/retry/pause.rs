//! The pause between two attempts.

use std::{
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use super::RetryBudget;
use crate::time::{Timer, later, now};

/// The pause before the next attempt. Dropped before its end, it gives the tokens back: the
/// attempt they paid for was never made.
#[derive(Debug)]
#[must_use = "without the pause the next attempt follows at once"]
pub struct Pause {
    timer: Timer,
    refund: Option<&'static RetryBudget>,
    tokens: u32,
}

impl Pause {
    pub(super) fn new(delay: Duration, paid: Option<(&'static RetryBudget, u32)>) -> Self {
        let timer = if delay.is_zero() {
            Timer::idle()
        } else {
            Timer::armed(later(now(), delay))
        };
        let (refund, tokens) = paid.map_or((None, 0), |(budget, tokens)| (Some(budget), tokens));
        Self {
            timer,
            refund,
            tokens,
        }
    }
}

impl Future for Pause {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.timer.is_armed() {
            ready!(self.timer.poll(cx));
        } else {
            ready!(proceed(cx));
        }
        self.refund = None;
        Poll::Ready(())
    }
}

impl Drop for Pause {
    #[inline]
    fn drop(&mut self) {
        // By value: a pointer into the user's future would keep the compiler from holding that
        // future in registers.
        end(mem::take(&mut self.timer), self.refund, self.tokens);
    }
}

#[cold]
#[inline(never)]
fn end(timer: Timer, refund: Option<&'static RetryBudget>, tokens: u32) {
    if let Some(budget) = refund {
        budget.give(tokens);
    }
    drop(timer);
}

/// No timer for no delay, but a turn for the others when this task's share is used up.
#[cold]
#[inline(never)]
fn proceed(cx: &mut Context<'_>) -> Poll<()> {
    ready!(tokio::task::coop::poll_proceed(cx)).made_progress();
    Poll::Ready(())
}
