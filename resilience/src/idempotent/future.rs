//! The layer over results in memory.

use std::{
    borrow::Cow,
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

/// What is known of a key.
#[derive(Debug)]
pub enum Begin<K: Send + Sync + 'static, V: Cacheable> {
    /// The result of the first call with it.
    Done(V),
    /// Nothing yet: the call runs, or waits for who does.
    Run(Box<Run<K, V>>),
}

/// A call that is the first with its key, or waits for who is.
pub struct Run<K: Send + Sync + 'static, V: Cacheable> {
    site: &'static Site,
    policy: Policy,
    part: Part<K, V>,
}

impl<K: Send + Sync + 'static, V: Cacheable> Run<K, V> {
    pub(super) fn new(site: &'static Site, policy: Policy, part: Part<K, V>) -> Self {
        Self { site, policy, part }
    }
}

impl<K: Send + Sync + 'static, V: Cacheable> fmt::Debug for Run<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

pin_project! {
    /// A call that runs once for each key.
    #[must_use = "futures do nothing unless polled"]
    pub struct IdempotentFuture<'a, K, V, F, J>
    where
        K: Send,
        K: Sync,
        K: 'static,
        V: Cacheable,
    {
        #[pin]
        inner: F,
        run: Option<Box<Run<K, V>>>,
        call: Option<&'a Call>,
        // A function item: it takes no room.
        reject: J,
    }
}

/// Runs `inner` if no other call with the key does or has, and keeps what it brings.
pub fn idempotent<R, K, F, J>(
    run: Box<Run<K, R::Ok>>,
    call: Option<&Call>,
    inner: F,
    reject: J,
) -> IdempotentFuture<'_, K, R::Ok, F, J>
where
    R: Outcome<Ok: Cacheable>,
    K: Send + Sync + 'static,
    F: Future<Output = R>,
    J: Fn(Rejection) -> R,
{
    IdempotentFuture {
        inner,
        run: Some(run),
        call,
        reject,
    }
}

impl<R, K, V, F, J> Future for IdempotentFuture<'_, K, V, F, J>
where
    R: Outcome<Ok = V>,
    K: Send + Sync + 'static,
    V: Cacheable,
    F: Future<Output = R>,
    J: Fn(Rejection) -> R,
{
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        // On the stack while the body runs: if it panics, the key is free at once, whoever keeps
        // the future.
        let Some(mut run) = this.run.take() else {
            polled_again()
        };
        match run.part.poll_turn(run.policy.key_limit(), cx) {
            Poll::Ready(Turn::Run) => {}
            Poll::Ready(Turn::Done(value)) => return Poll::Ready(R::from_result(Ok(value))),
            Poll::Ready(Turn::Full) => {
                let rejection = full(run.site, run.policy.key_limit(), *this.call);
                drop(run);
                return Poll::Ready((this.reject)(rejection));
            }
            Poll::Pending => {
                *this.run = Some(run);
                return Poll::Pending;
            }
        }
        let Poll::Ready(outcome) = this.inner.poll(cx) else {
            *this.run = Some(run);
            return Poll::Pending;
        };
        if let Ok(value) = outcome.as_result() {
            let Run { policy, part, .. } = *run;
            part.keep(value.for_a_call(), policy.time_to_live());
        }
        Poll::Ready(outcome)
    }
}

impl<K: Send + Sync + 'static, V: Cacheable, F, J> fmt::Debug for IdempotentFuture<'_, K, V, F, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotentFuture")
            .field("run", &self.run)
            .finish_non_exhaustive()
    }
}

#[cold]
fn full(site: &'static Site, max: u32, call: Option<&Call>) -> Rejection {
    if let Some(call) = call {
        call.reject();
    }
    call_event!(DEBUG, "idempotent_full", site.name(), max = max);
    Rejection::StoreFailed {
        site: site.name(),
        reason: Cow::Owned(format!(
            "all {max} keys are held, and none has had its time"
        )),
    }
}

#[cold]
#[inline(never)]
#[allow(clippy::panic, reason = "as every future that is polled after its end")]
fn polled_again() -> ! {
    panic!("an idempotent call was polled after its end")
}
