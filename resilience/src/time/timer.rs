//! A task's timer: it costs nothing until it is armed.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    task::coop,
    time::{Instant, Sleep, sleep_until},
};

/// A timer that costs nothing until it is armed.
#[derive(Default)]
pub struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    #[inline]
    pub(crate) const fn idle() -> Self {
        Self(None)
    }

    #[inline]
    pub(crate) const fn is_armed(&self) -> bool {
        self.0.is_some()
    }

    #[cold]
    pub(crate) fn armed(at: Instant) -> Self {
        Self(Some(Box::pin(sleep_until(at))))
    }

    /// Ready once the armed instant has come; pending for ever if idle.
    ///
    /// A body that uses up tokio's cooperative budget must not starve its own limit, so the
    /// timer is polled outside that budget.
    #[inline]
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.0 {
            Some(sleep) => poll_sleep(sleep.as_mut(), cx),
            None => Poll::Pending,
        }
    }
}

/// Takes the `Sleep` and not the timer, so that no pointer into the user's future goes out.
#[cold]
#[inline(never)]
fn poll_sleep(sleep: Pin<&mut Sleep>, cx: &mut Context<'_>) -> Poll<()> {
    Pin::new(&mut coop::unconstrained(sleep)).poll(cx)
}

impl Drop for Timer {
    #[inline]
    fn drop(&mut self) {
        if let Some(sleep) = self.0.take() {
            drop_sleep(sleep);
        }
    }
}

#[cold]
#[inline(never)]
fn drop_sleep(sleep: Pin<Box<Sleep>>) {
    drop(sleep);
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Timer").field(&self.is_armed()).finish()
    }
}
