//! The layer: a look, and for what is not there a future that loads it or waits for who does.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use resilience_policy::Cache as Policy;

use super::{
    shard::Entry,
    store::{Cacheable, Place, Store},
};
use crate::{flight::Turn, outcome::Outcome};

/// What a look has found.
#[derive(Debug)]
pub enum Look<K: Send + Sync + 'static, V: Cacheable> {
    /// The value.
    Hit(V),
    /// Nothing that answers: the call loads it, or waits for who does.
    Miss(Box<Miss<K, V>>),
}

/// A key that was not there, and the place of the caller among those who want it.
pub struct Miss<K: Send + Sync + 'static, V: Cacheable> {
    store: &'static Store<K, V>,
    policy: Policy,
    seat: Place<K, V>,
    /// The value whose time has passed.
    old: Option<Arc<Entry<K, V>>>,
    counted: bool,
}

impl<K: Send + Sync + 'static, V: Cacheable> Miss<K, V> {
    pub(super) fn new(
        store: &'static Store<K, V>,
        policy: Policy,
        seat: Place<K, V>,
        old: Option<Arc<Entry<K, V>>>,
    ) -> Self {
        Self {
            store,
            policy,
            seat,
            old,
            counted: false,
        }
    }

    /// The lead, or the value that another caller has loaded.
    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<Option<V>> {
        match self.seat.poll_turn(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Turn::Done(entry)) => {
                self.store.count_waited();
                Poll::Ready(Some(entry.value.for_a_call()))
            }
            Poll::Ready(Turn::Lead) => {
                if !self.counted {
                    self.counted = true;
                    self.store.count_miss();
                }
                Poll::Ready(None)
            }
        }
    }

    /// The load has ended.
    fn end<E>(self, outcome: Result<V, E>) -> Result<V, E> {
        let Self {
            store,
            policy,
            seat,
            old,
            ..
        } = self;
        match outcome {
            Ok(value) => {
                store.keep(&policy, seat, old.as_ref(), value.for_a_call());
                Ok(value)
            }
            Err(error) => {
                // Whoever waits may try before this call's old value is cloned.
                drop(seat);
                match old.and_then(|old| store.instead(&old)) {
                    Some(value) => Ok(value),
                    None => Err(error),
                }
            }
        }
    }
}

impl<K: Send + Sync + 'static, V: Cacheable> fmt::Debug for Miss<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Miss")
            .field("seat", &self.seat)
            .finish_non_exhaustive()
    }
}

pin_project! {
    /// A call whose result is cached.
    #[must_use = "futures do nothing unless polled"]
    pub struct CacheFuture<K, V, F>
    where
        K: Send,
        K: Sync,
        K: 'static,
        V: Cacheable,
    {
        #[pin]
        inner: F,
        // In a box: a hit never makes this future, and a miss can afford it.
        miss: Option<Box<Miss<K, V>>>,
    }
}

/// Runs `inner` if nobody else does for the same key, and keeps what it brings.
pub fn cached<R, K, F>(miss: Box<Miss<K, R::Ok>>, inner: F) -> CacheFuture<K, R::Ok, F>
where
    R: Outcome<Ok: Cacheable>,
    K: Send + Sync + 'static,
    F: Future<Output = R>,
{
    CacheFuture {
        inner,
        miss: Some(miss),
    }
}

/// The outcome of a call that the cache answers.
#[inline]
pub fn hit<R: Outcome>(value: R::Ok) -> R {
    R::from_result(Ok(value))
}

impl<R, K, V, F> Future for CacheFuture<K, V, F>
where
    R: Outcome<Ok = V>,
    K: Send + Sync + 'static,
    V: Cacheable,
    F: Future<Output = R>,
{
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        // On the stack while the body runs: if it panics, the key is free at once, whoever keeps
        // the future.
        let Some(mut miss) = this.miss.take() else {
            polled_again()
        };
        match miss.poll_turn(cx) {
            Poll::Ready(None) => {}
            Poll::Ready(Some(value)) => return Poll::Ready(hit(value)),
            Poll::Pending => {
                *this.miss = Some(miss);
                return Poll::Pending;
            }
        }
        let Poll::Ready(outcome) = this.inner.poll(cx) else {
            *this.miss = Some(miss);
            return Poll::Pending;
        };
        Poll::Ready(R::from_result(miss.end(outcome.into_result())))
    }
}

impl<K: Send + Sync + 'static, V: Cacheable, F> fmt::Debug for CacheFuture<K, V, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheFuture")
            .field("miss", &self.miss)
            .finish_non_exhaustive()
    }
}

#[cold]
#[inline(never)]
#[allow(clippy::panic, reason = "as every future that is polled after its end")]
fn polled_again() -> ! {
    panic!("a call under a cache was polled after its end")
}
