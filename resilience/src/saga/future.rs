//! `#[saga]` around a function.

use std::{
    any::Any,
    fmt,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use tokio::task::futures::TaskLocalFuture;

use super::{
    CURRENT, current, finish_late,
    report::Cause,
    scope::Scope,
    unwind::{Done, unwind},
};
use crate::{outcome::Outcome, site::Site};

/// An outcome that is an error, or a panic.
type Failure<R> = Result<R, Box<dyn Any + Send>>;

/// Opens a saga and runs `inner` in it. Its compensations have run when this is ready with an
/// error.
pub fn saga<R: Outcome, F: Future<Output = R>>(
    site: &'static Site,
    strict: bool,
    inner: F,
) -> SagaFuture<R, F> {
    let scope = Scope::open(site, strict, current());
    let body = CURRENT.scope(Some(Arc::clone(&scope)), inner);
    SagaFuture {
        state: State::Running { body },
        open: Open { scope: Some(scope) },
        failed: |outcome| outcome.as_result().is_err(),
    }
}

pin_project! {
    /// Made by [`saga`].
    #[must_use = "futures do nothing unless awaited"]
    pub struct SagaFuture<R, F> {
        #[pin]
        state: State<R, F>,
        // Dropped after the body, so that its steps have settled.
        open: Open,
        // A pointer, so that the future asks no bound of `R`: what is no `Result` is reported
        // once, on the return type.
        failed: fn(&R) -> bool,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<R, F> {
        Running { #[pin] body: TaskLocalFuture<Option<Arc<Scope>>, F> },
        Unwinding { failure: Option<Failure<R>>, done: Done },
        Over,
    }
}

/// A saga that has neither succeeded nor failed yet. Dropping it unwinds.
struct Open {
    scope: Option<Arc<Scope>>,
}

impl<R, F: Future<Output = R>> Future for SagaFuture<R, F> {
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let mut this = self.project();
        if let StateProjection::Running { body } = this.state.as_mut().project() {
            let polled = catch_unwind(AssertUnwindSafe(|| body.poll(cx)));
            let ended = match polled {
                Ok(poll) => Ok(ready!(poll)),
                Err(panic) => Err(panic),
            };
            // The body goes first: what it still held has settled before anything is undone.
            let dropped = catch_unwind(AssertUnwindSafe(|| this.state.set(State::Over)));
            let ended = ended.and_then(|ended| dropped.map(|()| ended));
            let failure = match ended {
                Ok(outcome) if !(this.failed)(&outcome) => {
                    this.open.commit();
                    return Poll::Ready(outcome);
                }
                other => other,
            };
            let cause = if failure.is_ok() {
                Cause::Error
            } else {
                Cause::Panicked
            };
            if let Some(done) = this.open.fail(cause) {
                this.state.set(State::Unwinding {
                    failure: Some(failure),
                    done,
                });
            }
        }
        let StateProjection::Unwinding { failure, done } = this.state.as_mut().project() else {
            unreachable!("a finished saga was polled again")
        };
        if let Ok(report) = ready!(Pin::new(done).poll(cx)) {
            // The caller may be on another thread than the unwinding was.
            report.note();
        }
        let failure = failure.take();
        this.state.set(State::Over);
        match failure {
            Some(Ok(outcome)) => Poll::Ready(outcome),
            Some(Err(panic)) => resume_unwind(panic),
            None => unreachable!("the failure is taken with the state"),
        }
    }
}

impl Open {
    fn commit(&mut self) {
        if let Some(scope) = self.scope.take() {
            finish_late(scope.commit());
        }
    }

    fn fail(&mut self, cause: Cause) -> Option<Done> {
        self.scope.take().map(|scope| unwind(&scope, cause))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        drop(self.fail(Cause::Dropped));
    }
}

impl<R, F> fmt::Debug for SagaFuture<R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SagaFuture").finish_non_exhaustive()
    }
}
