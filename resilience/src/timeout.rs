//! Timeout: a limit that costs nothing until the body has to wait.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use pin_project_lite::pin_project;

use crate::{
    call::Call,
    event::event,
    outcome::{FromRejection, Outcome, rejected},
    rejection::Rejection,
    site::Site,
    time::{Limit, Timer, later, now},
};

pin_project! {
    /// The future of a `timeout` layer.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct Timeout<'a, R, F> {
        // `None` once the limit has passed: the body is dropped before the caller hears of it.
        #[pin]
        inner: Option<F>,
        timer: Timer,
        limit: &'a Limit<'a>,
        call: Option<&'a Call>,
        site: &'static Site,
        reject: fn(Rejection) -> R,
    }
}

/// Ends `inner` when `limit` has passed.
///
/// The limit starts when `inner` first has to wait: a poll cannot be interrupted anyway.
#[inline]
pub fn timeout<'a, R, F>(
    site: &'static Site,
    limit: &'a Limit<'a>,
    call: Option<&'a Call>,
    inner: F,
) -> Timeout<'a, R, F>
where
    R: Outcome<Error: FromRejection>,
    F: Future<Output = R>,
{
    Timeout {
        inner: Some(inner),
        timer: Timer::idle(),
        limit,
        call,
        site,
        reject: rejected,
    }
}

impl<R, F: Future<Output = R>> Future for Timeout<'_, R, F> {
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let mut this = self.project();
        if let Some(inner) = this.inner.as_mut().as_pin_mut()
            && let Poll::Ready(outcome) = inner.poll(cx)
        {
            return Poll::Ready(outcome);
        }
        if tick(this.timer, this.limit, cx).is_pending() {
            return Poll::Pending;
        }
        this.limit.cut();
        this.inner.set(None);
        let rejection = timed_out(this.site, this.limit, *this.call);
        Poll::Ready((this.reject)(rejection))
    }
}

#[cold]
#[inline(never)]
fn tick(timer: &mut Timer, limit: &Limit<'_>, cx: &mut Context<'_>) -> Poll<()> {
    if !timer.is_armed() {
        let now = now();
        timer.arm(later(now, limit.own_left(now)));
    }
    timer.poll(cx)
}

#[cold]
#[inline(never)]
fn timed_out(site: &'static Site, limit: &Limit<'_>, call: Option<&Call>) -> Rejection {
    if let Some(call) = call {
        // The body ran into the limit: this is an attempt in doubt, no refusal of the layer's.
        call.doubt();
    }
    let after: Duration = limit.after();
    let after_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
    event!(WARN, "timed_out", site.name(), after_ms = after_ms);
    Rejection::TimedOut {
        site: site.name(),
        after,
    }
}
