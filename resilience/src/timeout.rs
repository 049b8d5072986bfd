//! Timeout: a limit that costs nothing until the body has to wait.

use std::{
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    task::{Context, Poll},
    time::Duration,
};

use pin_project_lite::pin_project;

use crate::{
    call::Call,
    event::call_event,
    rejection::Rejection,
    site::Site,
    time::{Limit, Timer, later, millis, now},
};

pin_project! {
    /// The future of a `timeout` layer.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct Timeout<'a, L, F, J> {
        // `None` once the limit has passed: the body is dropped before the caller hears of it.
        #[pin]
        inner: Option<F>,
        timer: Timer,
        limit: L,
        call: Option<&'a Call>,
        site: &'static Site,
        // A function item: it takes no room.
        reject: J,
    }
}

/// What ends a body: a limit that other layers look at, or a duration where none does.
pub trait Limits {
    /// A timer that ends with it; starts it if it has not started.
    fn start(&self) -> Timer;
    /// Tells who looks at it that the body was cut off.
    fn cut(&self);
    /// How long it lets things take.
    fn after(&self) -> Duration;
}

impl Limits for &Limit<'_> {
    #[cold]
    fn start(&self) -> Timer {
        let now = now();
        Timer::armed(later(now, self.own_left(now)))
    }

    fn cut(&self) {
        Limit::cut(self);
    }

    fn after(&self) -> Duration {
        Limit::after(self)
    }
}

/// A closure over a constant takes no room in the future.
impl<F: Fn() -> Duration> Limits for F {
    #[inline]
    fn start(&self) -> Timer {
        armed(self())
    }

    #[inline]
    fn cut(&self) {}

    #[inline]
    fn after(&self) -> Duration {
        self()
    }
}

/// A duration, and whether it has cut off what lies inside: for a retry around it.
///
/// No function that is not inlined gets a pointer to it: it lies in the user's future, which the
/// compiler would then have to keep in memory.
#[derive(Debug)]
pub struct Cut<D> {
    after: D,
    cut: AtomicBool,
}

impl<D: Fn() -> Duration> Cut<D> {
    /// Nothing is cut off yet.
    #[inline]
    #[must_use]
    pub const fn new(after: D) -> Self {
        Self {
            after,
            cut: AtomicBool::new(false),
        }
    }

    /// Whether it has cut off what lies inside.
    #[inline]
    #[must_use]
    pub fn has_cut(&self) -> bool {
        self.cut.load(Relaxed)
    }
}

impl<D: Fn() -> Duration> Limits for &Cut<D> {
    #[inline]
    fn start(&self) -> Timer {
        armed((self.after)())
    }

    #[inline]
    fn cut(&self) {
        self.cut.store(true, Relaxed);
    }

    #[inline]
    fn after(&self) -> Duration {
        (self.after)()
    }
}

/// Ends `inner` when `limit` has passed.
///
/// The limit starts when `inner` first has to wait: a poll cannot be interrupted anyway. `reject`
/// is [`rejected`](crate::outcome::rejected), named by the glue so that an error type without
/// `From<Rejection>` is reported once.
#[inline]
pub fn timeout<'a, R, L, F, J>(
    site: &'static Site,
    limit: L,
    call: Option<&'a Call>,
    inner: F,
    reject: J,
) -> Timeout<'a, L, F, J>
where
    L: Limits,
    F: Future<Output = R>,
    J: Fn(Rejection) -> R,
{
    Timeout {
        inner: Some(inner),
        timer: Timer::idle(),
        limit,
        call,
        site,
        reject,
    }
}

impl<R, L, F, J> Future for Timeout<'_, L, F, J>
where
    L: Limits,
    F: Future<Output = R>,
    J: Fn(Rejection) -> R,
{
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let mut this = self.project();
        if let Some(inner) = this.inner.as_mut().as_pin_mut()
            && let Poll::Ready(outcome) = inner.poll(cx)
        {
            return Poll::Ready(outcome);
        }
        if !this.timer.is_armed() {
            *this.timer = this.limit.start();
        }
        if this.timer.poll(cx).is_pending() {
            return Poll::Pending;
        }
        this.limit.cut();
        this.inner.set(None);
        let rejection = timed_out(this.site, this.limit.after(), *this.call);
        Poll::Ready((this.reject)(rejection))
    }
}

#[cold]
#[inline(never)]
fn armed(after: Duration) -> Timer {
    Timer::armed(later(now(), after))
}

#[cold]
#[inline(never)]
fn timed_out(site: &'static Site, after: Duration, call: Option<&Call>) -> Rejection {
    // Unless it still waited for its turn, the body ran into the limit: this is an attempt in doubt,
    // no refusal of the layer's.
    if let Some(call) = call
        && !call.rejected()
    {
        call.doubt();
    }
    // A retry inside that is cut off cannot say that it was there.
    if site.has_retry() {
        crate::saga::note_own_retry(site);
    }
    let after_ms = millis(after);
    call_event!(WARN, "timed_out", site.name(), after_ms = after_ms);
    Rejection::TimedOut {
        site: site.name(),
        after,
    }
}
