//! All attempts of one call, polled side by side in the task of the caller.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use resilience_policy::Hedge;

use super::{HedgeLayer, waiting::Waiting};

pin_project! {
    /// The attempts of one call under a `hedge`.
    #[must_use = "attempts run only while they are polled"]
    pub struct Hedging<F> {
        #[pin]
        first: Option<F>,
        // Everything that is needed once the first attempt has had to wait.
        #[pin]
        waiting: Option<Waiting<F>>,
    }
}

impl<F> Hedging<F> {
    /// No attempt has started.
    #[inline]
    pub const fn new() -> Self {
        Self {
            first: None,
            waiting: None,
        }
    }

    /// Whether another attempt may follow the one about to start: arguments are cloned for it only
    /// then.
    #[inline]
    #[must_use]
    pub fn more(&self, policy: &Hedge) -> bool {
        let passed = self.waiting.as_ref().map_or(0, Waiting::passed);
        passed < policy.hedges()
    }

    /// Whether the attempt about to start is one beside others.
    #[inline]
    #[must_use]
    pub const fn is_another(&self) -> bool {
        self.waiting.is_some()
    }

    /// Adds an attempt. It runs when the next one is waited for.
    #[inline]
    pub fn start(self: Pin<&mut Self>, attempt: F) {
        let mut this = self.project();
        match this.waiting.as_pin_mut() {
            None => this.first.set(Some(attempt)),
            Some(waiting) => waiting.start(attempt),
        }
    }

    /// Waits for an answer, or until another attempt is to be started: then it is `None`.
    ///
    /// `failed` is `None` for a success; of a failure it says whether it leaves the call in doubt.
    #[inline]
    pub fn next<'a, 'h, R, L, D>(
        self: Pin<&'h mut Self>,
        layer: L,
        failed: D,
    ) -> NextAttempt<'h, F, L, D>
    where
        F: Future<Output = R>,
        L: Fn() -> HedgeLayer<'a>,
        D: Fn(&R) -> Option<bool>,
    {
        NextAttempt {
            hedging: self,
            layer,
            failed,
        }
    }
}

impl<F> Default for Hedging<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F> fmt::Debug for Hedging<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hedging").finish_non_exhaustive()
    }
}

/// Waits for an answer of the attempts that run, or for the moment to start another.
#[must_use = "futures do nothing unless awaited"]
pub struct NextAttempt<'h, F, L, D> {
    hedging: Pin<&'h mut Hedging<F>>,
    layer: L,
    failed: D,
}

impl<F, L, D> fmt::Debug for NextAttempt<'_, F, L, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NextAttempt").finish_non_exhaustive()
    }
}

// Nothing in it is pinned but what lies behind the reference.
impl<F, L, D> Unpin for NextAttempt<'_, F, L, D> {}

impl<'a, R, F, L, D> Future for NextAttempt<'_, F, L, D>
where
    F: Future<Output = R>,
    L: Fn() -> HedgeLayer<'a>,
    D: Fn(&R) -> Option<bool>,
{
    type Output = Option<R>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let Self {
            hedging,
            layer,
            failed,
        } = &mut *self;
        let mut this = hedging.as_mut().project();
        let waited = this.waiting.is_some();
        if let Some(first) = this.first.as_mut().as_pin_mut() {
            if let Some(waiting) = this.waiting.as_mut().as_pin_mut() {
                waiting.before_first(&layer());
            }
            match first.poll(cx) {
                // It never had to wait: nothing else runs.
                Poll::Ready(outcome) if !waited => return Poll::Ready(Some(outcome)),
                Poll::Ready(outcome) => {
                    this.first.set(None);
                    if let Some(waiting) = this.waiting.as_mut().as_pin_mut()
                        && waiting.stands(failed(&outcome), &layer())
                    {
                        this.waiting.set(None);
                        return Poll::Ready(Some(outcome));
                    }
                }
                Poll::Pending => {
                    if let Some(waiting) = this.waiting.as_mut().as_pin_mut() {
                        waiting.after_first(&layer());
                    }
                }
            }
        }
        if !waited {
            this.waiting.set(Some(Waiting::begin(&layer())));
        }
        let alone = this.first.is_none();
        let Some(waiting) = this.waiting.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let next = ready!(waiting.poll(cx, alone, &layer(), failed));
        if next.is_some() {
            // Who has lost is dropped before the caller hears of it.
            this.first.set(None);
            this.waiting.set(None);
        }
        Poll::Ready(next)
    }
}
