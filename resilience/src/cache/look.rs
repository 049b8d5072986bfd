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
///
/// It asks nothing of its types: what they lack is reported once, where the look is made. It holds no
/// outcome: an error that must stay on its thread would keep the call there.
pub enum Look<V, R> {
    /// The value.
    Hit(V),
    /// Nothing that answers: the call loads it, or waits for who does.
    Miss(Missed<R>),
}

/// A key that was not there. In a box: a hit never makes one, and a miss can afford it.
pub type Missed<R> = Box<dyn Load<R> + Send + Sync>;

/// A caller among those who want a key that is not there.
pub trait Load<R> {
    /// The lead, or what another caller has loaded.
    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<Option<R>>;
    /// The load has ended.
    fn end(self: Box<Self>, outcome: R) -> R;
}

impl<V, R> fmt::Debug for Look<V, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hit(_) => "Hit",
            Self::Miss(_) => "Miss",
        })
    }
}

/// A key that was not there, and the place of the caller among those who want it.
pub(super) struct Miss<K: Send + Sync + 'static, V: Cacheable> {
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
}

impl<K, V, R> Load<R> for Miss<K, V>
where
    K: Send + Sync + 'static,
    V: Cacheable,
    R: Outcome<Ok = V>,
{
    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<Option<R>> {
        match self.seat.poll_turn(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Turn::Done(entry)) => {
                self.store.count_waited();
                Poll::Ready(Some(hit(entry.value.for_a_call())))
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

    fn end(self: Box<Self>, outcome: R) -> R {
        let Self {
            store,
            policy,
            seat,
            old,
            ..
        } = *self;
        if let Ok(value) = outcome.as_result() {
            store.keep(&policy, seat, old.as_ref(), value.for_a_call());
            return outcome;
        }
        // Whoever waits may try before this call's old value is cloned.
        drop(seat);
        let instead = old.and_then(|old| store.instead(&old));
        instead.map_or(outcome, hit)
    }
}

pin_project! {
    /// A call whose result is cached.
    #[must_use = "futures do nothing unless polled"]
    pub struct CacheFuture<R, F> {
        #[pin]
        inner: F,
        miss: Option<Missed<R>>,
    }
}

/// Runs `inner` if nobody else does for the same key, and keeps what it brings.
pub fn cached<R, F: Future<Output = R>>(miss: Missed<R>, inner: F) -> CacheFuture<R, F> {
    CacheFuture {
        inner,
        miss: Some(miss),
    }
}

/// The outcome of a call that is answered by this value.
#[inline]
pub fn hit<R: Outcome<Ok = V>, V>(value: V) -> R {
    R::from_result(Ok(value))
}

impl<R, F: Future<Output = R>> Future for CacheFuture<R, F> {
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
            Poll::Ready(Some(outcome)) => return Poll::Ready(outcome),
            Poll::Pending => {
                *this.miss = Some(miss);
                return Poll::Pending;
            }
        }
        let Poll::Ready(outcome) = this.inner.poll(cx) else {
            *this.miss = Some(miss);
            return Poll::Pending;
        };
        Poll::Ready(miss.end(outcome))
    }
}

impl<R, F> fmt::Debug for CacheFuture<R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheFuture")
            .field("ended", &self.miss.is_none())
            .finish_non_exhaustive()
    }
}

#[cold]
#[inline(never)]
#[allow(clippy::panic, reason = "as every future that is polled after its end")]
fn polled_again() -> ! {
    panic!("a call under a cache was polled after its end")
}
