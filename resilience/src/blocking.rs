//! Plain functions: the thread that makes a call drives its future, and sleeps where the future
//! waits.

use std::{
    cell::Cell,
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

use tokio::task::coop;

/// Wakes the thread whose call it is.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

thread_local! {
    static WAKER: Waker = Waker::from(Arc::new(Unpark(thread::current())));
    /// The earliest alarm of the call that this thread drives.
    static ALARM: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Drives a future to its end on this thread. It needs no runtime.
pub fn block<F: Future>(future: F) -> F::Output {
    // Where the thread is a task's: the task's next share comes only when this has returned.
    let mut future = pin!(coop::unconstrained(future));
    let waker = WAKER.with(Clone::clone);
    let mut cx = Context::from_waker(&waker);
    let _outer = Outer(ALARM.take());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        match ALARM.take() {
            // It may be woken for nothing: the alarms look at the clock again.
            Some(at) => thread::park_timeout(at.saturating_duration_since(clock())),
            None => thread::park(),
        }
    }
}

/// Calls the user's body: a closure keeps its `return`s to itself, and knows no `await`.
#[inline]
pub fn run<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// The alarm of a call around this one, which a call in its body must not take away.
struct Outer(Option<Instant>);

impl Drop for Outer {
    fn drop(&mut self) {
        ALARM.set(self.0);
    }
}

/// Whether whoever polls is the call that this thread drives, and no runtime.
pub(crate) fn is_driver(cx: &Context<'_>) -> bool {
    WAKER.with(|waker| waker.will_wake(cx.waker()))
}

/// The same instant on the clock by which threads sleep: a paused clock would never wake them.
pub(crate) fn clock_at(at: tokio::time::Instant) -> Instant {
    let left = at.saturating_duration_since(crate::time::now());
    clock().checked_add(left).unwrap_or_else(|| clock() + FAR)
}

/// Further than any call waits.
const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365);

/// Ready once the instant has come; until then the thread will be woken for it.
pub(crate) fn poll_until(at: Instant) -> Poll<()> {
    if at <= clock() {
        return Poll::Ready(());
    }
    let earliest = ALARM.get().map_or(at, |other| other.min(at));
    ALARM.set(Some(earliest));
    Poll::Pending
}

#[expect(
    clippy::disallowed_methods,
    reason = "a thread sleeps by the machine's clock"
)]
fn clock() -> Instant {
    Instant::now()
}
