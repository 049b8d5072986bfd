//! The layer over results in memory.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use resilience_policy::Idempotent as Policy;

use super::ledger::{Part, Turn};
use crate::{
    cache::Cacheable, call::Call, event::call_event, outcome::Outcome, rejection::Rejection,
    site::Site,
};

/// What is known of a key. As [`Look`](crate::cache::Look), it asks nothing of its types, and holds no
/// outcome.
pub enum Begin<V, R> {
    /// The result of the first call with it.
    Done(V),
    /// Nothing yet: the call runs, or waits for who does.
    Run(First<R>),
}

/// A call that is the first with its key, or waits for who is.
pub type First<R> = Box<dyn Once<R> + Send + Sync>;

/// A call that runs once for its key.
pub trait Once<R> {
    /// Whether it runs, or has another answer.
    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<Next<R>>;
    /// It has run.
    fn end(self: Box<Self>, outcome: &R);
}

/// What a call that wanted to run comes to.
#[derive(Debug)]
pub enum Next<R> {
    /// It runs.
    Run,
    /// Another one has, with this outcome.
    Done(R),
    /// It cannot be remembered, so it must not run.
    Refused(Rejection),
}

impl<V, R> fmt::Debug for Begin<V, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done(_) => "Done",
            Self::Run(_) => "Run",
        })
    }
}

pub(super) struct Run<K: Send + Sync + 'static, V: Cacheable> {
    pub(super) site: &'static Site,
    pub(super) policy: Policy,
    pub(super) part: Part<K, V>,
}

impl<K, V, R> Once<R> for Run<K, V>
where
    K: Send + Sync + 'static,
    V: Cacheable,
    R: Outcome<Ok = V>,
{
    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<Next<R>> {
        let max = self.policy.key_limit();
        self.part.poll_turn(max, cx).map(|turn| match turn {
            Turn::Run => Next::Run,
            Turn::Done(value) => Next::Done(R::from_result(Ok(value))),
            Turn::Full => Next::Refused(full(self.site, max)),
        })
    }

    fn end(self: Box<Self>, outcome: &R) {
        if let Ok(value) = outcome.as_result() {
            let Self { policy, part, .. } = *self;
            part.keep(value.for_a_call(), policy.time_to_live());
        }
    }
}

pin_project! {
    /// A call that runs once for each key.
    #[must_use = "futures do nothing unless polled"]
    pub struct IdempotentFuture<'a, R, F, J> {
        #[pin]
        inner: F,
        first: Option<First<R>>,
        call: Option<&'a Call>,
        // A function item: it takes no room.
        reject: J,
    }
}

/// Runs `inner` if no other call with the key does or has, and keeps what it brings.
pub fn idempotent<R, F, J>(
    first: First<R>,
    call: Option<&Call>,
    inner: F,
    reject: J,
) -> IdempotentFuture<'_, R, F, J>
where
    F: Future<Output = R>,
    J: Fn(Rejection) -> R,
{
    IdempotentFuture {
        inner,
        first: Some(first),
        call,
        reject,
    }
}

impl<R, F, J> Future for IdempotentFuture<'_, R, F, J>
where
    F: Future<Output = R>,
    J: Fn(Rejection) -> R,
{
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        // On the stack while the body runs: if it panics, the key is free at once, whoever keeps
        // the future.
        let Some(mut first) = this.first.take() else {
            polled_again()
        };
        match first.poll_turn(cx) {
            Poll::Ready(Next::Run) => {}
            Poll::Ready(Next::Done(outcome)) => return Poll::Ready(outcome),
            Poll::Ready(Next::Refused(rejection)) => {
                if let Some(call) = this.call {
                    call.reject();
                }
                drop(first);
                return Poll::Ready((this.reject)(rejection));
            }
            Poll::Pending => {
                *this.first = Some(first);
                return Poll::Pending;
            }
        }
        let Poll::Ready(outcome) = this.inner.poll(cx) else {
            *this.first = Some(first);
            return Poll::Pending;
        };
        first.end(&outcome);
        Poll::Ready(outcome)
    }
}

impl<R, F, J> fmt::Debug for IdempotentFuture<'_, R, F, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotentFuture")
            .field("ended", &self.first.is_none())
            .finish_non_exhaustive()
    }
}

#[cold]
fn full(site: &'static Site, max: u32) -> Rejection {
    call_event!(DEBUG, "idempotent_full", site.name(), max = max);
    Rejection::StoreFailed {
        site: site.name(),
        reason: "every key is held, and none has had its time",
    }
}

#[cold]
#[inline(never)]
#[allow(clippy::panic, reason = "as every future that is polled after its end")]
fn polled_again() -> ! {
    panic!("an idempotent call was polled after its end")
}
