//! `#[compensate]` around a function.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use tokio::task::futures::TaskLocalFuture;

use super::{
    CURRENT, STEP,
    compensation::Prepared,
    current, finish_late,
    key::{Key, StepKey, unique},
    nest::Entry,
    scope::{Scope, Settled},
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
        STEP.try_with(|step| step.as_ref().map(StepKey::key))
            .ok()
            .flatten()
            .unwrap_or_else(|| {
                Key {
                    saga: unique(),
                    number: 0,
                }
                .to_string()
            })
    }
}

/// Whether a step called here would be part of a saga.
#[must_use]
pub fn in_saga() -> bool {
    CURRENT
        .try_with(|scope| scope.as_ref().is_some_and(|scope| !scope.is_over()))
        .unwrap_or(false)
}

/// Runs `inner` as a step of the current saga; outside one, as it is. `effect` asks an error for
/// its verdict, `None` if its type cannot tell. There is no undo where [`in_saga`] said that there
/// is no saga: so the glue need not copy arguments for nothing.
pub fn step<'a, R, N, F>(
    site: &'static Site,
    undo: Option<Prepared<R::Ok>>,
    call: &'a Call,
    effect: N,
    inner: F,
) -> StepFuture<'a, R, N, F>
where
    R: Outcome,
    N: Fn(&R::Error) -> Option<Verdict>,
    F: Future<Output = R>,
{
    let scope = current().filter(|scope| !scope.is_over());
    let enlisted = scope
        .zip(undo)
        .map(|(scope, undo)| Enlisted::new(scope, site, undo));
    if enlisted.is_none() {
        outside(site);
    }
    let key = enlisted
        .as_ref()
        .map_or(StepKey::alone(), |enlisted| StepKey::known(enlisted.key));
    let inner = STEP.scope(Some(key), inner);
    StepFuture {
        inner,
        effect,
        guard: Guard { call, enlisted },
    }
}

/// A step outside a saga: counted, and reported once, so that an undo cannot be missing silently.
fn outside(site: &'static Site) {
    if site.count_outside_saga() {
        let correlation_id = correlation_id();
        event!(
            WARN,
            "step_outside_saga",
            site.name(),
            correlation_id = correlation_id.as_deref()
        );
    }
}

pin_project! {
    /// Made by [`step`].
    #[must_use = "futures do nothing unless awaited"]
    pub struct StepFuture<'a, R: Outcome, N, F> {
        #[pin]
        inner: TaskLocalFuture<Option<StepKey>, F>,
        effect: N,
        // Dropped after the body.
        guard: Guard<'a, R::Ok>,
    }
}

/// Settles a step that ends without an outcome.
struct Guard<'a, T> {
    call: &'a Call,
    enlisted: Option<Enlisted<T>>,
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

impl<R, N, F> Future for StepFuture<'_, R, N, F>
where
    R: Outcome,
    N: Fn(&R::Error) -> Option<Verdict>,
    F: Future<Output = R>,
{
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        let outcome = ready!(this.inner.poll(cx));
        if let Some(enlisted) = &this.guard.enlisted {
            // User code (`clone`, `classify`) runs while the guard still stands.
            let end = match outcome.as_result() {
                Ok(output) => {
                    enlisted.cell.tell(output);
                    End::Done
                }
                Err(error) if applied(this.guard.call, || (this.effect)(error)) => End::Maybe,
                Err(_) => End::Nothing,
            };
            this.guard.settle(end);
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

impl<T> Guard<'_, T> {
    fn settle(&mut self, end: End) {
        let Some(Enlisted {
            scope,
            key,
            site,
            name,
            cell,
            before,
        }) = self.enlisted.take()
        else {
            return;
        };
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
                    enlisted(site, &scope);
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
    fn drop(&mut self) {
        let end = if self.call.ran() {
            End::Maybe
        } else {
            End::Nothing
        };
        self.settle(end);
    }
}

impl<T> Enlisted<T> {
    fn new(scope: Arc<Scope>, site: &'static Site, undo: Prepared<T>) -> Self {
        let Prepared { name, before, cell } = undo;
        let cover = before.then(|| (name, Arc::clone(&cell) as Arc<dyn Compensate>));
        let key = scope.begin(site, cover);
        if before {
            enlisted(site, &scope);
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

fn enlisted(site: &'static Site, scope: &Scope) {
    event!(
        TRACE,
        "step_enlisted",
        site.name(),
        saga = scope.site.name()
    );
}

impl<R: Outcome, N, F> fmt::Debug for StepFuture<'_, R, N, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepFuture").finish_non_exhaustive()
    }
}
