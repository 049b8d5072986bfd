//! `#[compensate]` around a function.

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;

use super::{
    CURRENT,
    compensation::Prepared,
    current,
    during::{During, Keyed, running},
    finish_late,
    key::{Key, unique},
    nest::Entry,
    scope::{Scope, Settled, are_there_any},
    undo::{Compensate, Tell},
};
use crate::{
    call::Call,
    classify::{Effect, Verdict},
    context::correlation_id,
    event::event,
    outcome::Outcome,
    site::Site,
};

/// The running step.
#[derive(Debug, Clone, Copy)]
pub struct Step;

impl Step {
    /// The idempotency key of the running step: the same for all attempts of one call, another
    /// one for every call. Outside a step it is a fresh random key each time.
    ///
    /// ```
    /// use resilience::saga::Step;
    ///
    /// assert_ne!(Step::key(), Step::key());
    /// ```
    #[must_use]
    pub fn key() -> String {
        let fresh = || Key {
            saga: unique(),
            number: 0,
        };
        running().unwrap_or_else(fresh).to_string()
    }
}

/// Whether a step called here would be part of a saga.
#[inline]
#[must_use]
pub fn in_saga() -> bool {
    are_there_any() && is_in_saga()
}

#[cold]
#[inline(never)]
fn is_in_saga() -> bool {
    CURRENT
        .try_with(|scope| scope.as_ref().is_some_and(|scope| !scope.is_over()))
        .unwrap_or(false)
}

/// Runs `inner` as a step of the current saga; outside one, as it is. `effect` asks an error for
/// its verdict, `None` if its type cannot tell. There is no undo where [`in_saga`] said that there
/// is no saga: so the glue need not copy arguments for nothing.
#[inline]
pub fn step<'a, R, T, E, N, F, L>(
    site: &'static Site,
    undo: Option<Prepared<T>>,
    call: &'a Call,
    effect: N,
    inner: F,
    look: L,
) -> StepFuture<'a, T, E, N, F, L>
where
    R: Outcome<Ok = T, Error = E>,
    N: Fn(&E) -> Option<Verdict>,
    F: Future<Output = R>,
    L: Fn(&R) -> Result<&T, &E>,
{
    let enlisted = undo.and_then(|undo| Enlisted::enlist(site, undo));
    if enlisted.is_none() {
        outside(site);
    }
    StepFuture {
        inner: During::step(Guard { call, enlisted }, inner),
        effect,
        look,
        looks: PhantomData,
    }
}

/// A step outside a saga: counted, and reported once, so that an undo cannot be missing silently.
#[inline]
fn outside(site: &'static Site) {
    if site.count_outside_saga() {
        report_outside(site);
    }
}

#[cold]
#[inline(never)]
fn report_outside(site: &'static Site) {
    let correlation_id = correlation_id();
    event!(
        WARN,
        "step_outside_saga",
        site.name(),
        correlation_id = correlation_id.as_deref()
    );
}

pin_project! {
    /// Made by [`step`].
    #[must_use = "futures do nothing unless awaited"]
    pub struct StepFuture<'a, T, E, N, F, L> {
        #[pin]
        inner: During<F, Guard<'a, T>>,
        effect: N,
        // A function item: what is no `Result` is reported where this is made, and not again where
        // it is awaited.
        look: L,
        looks: PhantomData<fn(&E)>,
    }
}

/// Settles a step that ends without an outcome.
struct Guard<'a, T> {
    call: &'a Call,
    /// In a box: outside a saga it is one word to move about.
    enlisted: Option<Box<Enlisted<T>>>,
}

struct Enlisted<T> {
    scope: Arc<Scope>,
    key: Key,
    site: &'static Site,
    name: &'static str,
    cell: Arc<dyn Tell<T>>,
    /// Enlisted before the body.
    before: bool,
}

impl<R, T, E, N, F, L> Future for StepFuture<'_, T, E, N, F, L>
where
    N: Fn(&E) -> Option<Verdict>,
    F: Future<Output = R>,
    L: Fn(&R) -> Result<&T, &E>,
{
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let mut this = self.project();
        let outcome = ready!(this.inner.as_mut().poll(cx));
        let guard = this.inner.owner();
        if let Some(enlisted) = &guard.enlisted {
            // User code (`clone`, `classify`) runs while the guard still stands.
            let end = match (this.look)(&outcome) {
                Ok(output) => {
                    enlisted.cell.tell(output);
                    End::Done
                }
                Err(error) if applied(guard.call, || (this.effect)(error)) => End::Maybe,
                Err(_) => End::Nothing,
            };
            guard.settle(end);
        }
        Poll::Ready(outcome)
    }
}

enum End {
    Done,
    Maybe,
    Nothing,
}

/// Whether a step that failed may have had an effect.
fn applied(call: &Call, verdict: impl FnOnce() -> Option<Verdict>) -> bool {
    if !call.ran() {
        return false;
    }
    if call.rejected() {
        return true;
    }
    match verdict() {
        // "Try again" tells of this attempt only; "no" tells of the whole step.
        Some(verdict) if verdict.effect == Effect::None => {
            verdict.is_retryable() && call.in_doubt()
        }
        _ => true,
    }
}

impl<T> Keyed for Guard<'_, T> {
    #[inline]
    fn key(&self) -> Option<Key> {
        self.enlisted.as_ref().map(|enlisted| enlisted.key)
    }
}

impl<T> Guard<'_, T> {
    #[inline(never)]
    fn settle(&mut self, end: End) {
        let Some(enlisted) = self.enlisted.take() else {
            return;
        };
        let Enlisted {
            scope,
            key,
            site,
            name,
            cell,
            before,
        } = *enlisted;
        let settled = match (end, before) {
            (End::Nothing, _) => Settled::Nothing,
            (End::Maybe, false) => {
                event!(
                    WARN,
                    "step_in_doubt",
                    site.name(),
                    saga = scope.site.name(),
                    correlation_id = scope.context.id(),
                );
                Settled::Doubt
            }
            (End::Done, _) | (End::Maybe, true) => {
                if !before {
                    report_enlisted(site, &scope);
                }
                let entry = Entry {
                    number: key.number,
                    key,
                    scope: Arc::clone(&scope),
                    step: site,
                    undo: name,
                    attempts: 0,
                    cell,
                };
                Settled::Keep {
                    entry,
                    renumber: !before,
                }
            }
        };
        finish_late(scope.settle(key, settled));
    }
}

impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.enlisted.is_some() {
            let ran = self.call.ran();
            self.settle(if ran { End::Maybe } else { End::Nothing });
        }
    }
}

impl<T> Enlisted<T> {
    /// In the saga of the running task, if it is in one that has not ended.
    #[cold]
    #[inline(never)]
    fn enlist(site: &'static Site, undo: Prepared<T>) -> Option<Box<Self>> {
        let scope = current().filter(|scope| !scope.is_over())?;
        Some(Box::new(Self::new(scope, site, undo)))
    }

    fn new(scope: Arc<Scope>, site: &'static Site, undo: Prepared<T>) -> Self {
        let Prepared { name, before, cell } = undo;
        let cover = before.then(|| (name, Arc::clone(&cell) as Arc<dyn Compensate>));
        let key = scope.begin(site, cover);
        if before {
            report_enlisted(site, &scope);
        }
        Self {
            scope,
            key,
            site,
            name,
            cell,
            before,
        }
    }
}

fn report_enlisted(site: &'static Site, scope: &Scope) {
    event!(
        TRACE,
        "step_enlisted",
        site.name(),
        saga = scope.site.name()
    );
}

impl<T, E, N, F, L> fmt::Debug for StepFuture<'_, T, E, N, F, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepFuture").finish_non_exhaustive()
    }
}
