//! Sagas: steps that undo each other when a later one fails.
//!
//! `#[saga]` opens a saga for the running task. Every call of a `#[compensate(undo)]` function in
//! it is a *step* and enlists its compensation. If the saga's function returns an error, panics
//! or is dropped, the compensations run: one after the other, last first, in a task of their own,
//! outside the saga's deadline and cancellation. The caller gets the original error when they are
//! done; a [`SagaReport`] says what became of each.
//!
//! A compensation without a `#[retry]` of its own is retried 5 times, with pauses from 200 ms to
//! 30 s, exponential, full jitter. One that still fails is [`parked`].
//! One that hangs holds up all older ones: give an undo that can hang a `#[timeout]`.
//!
//! All of this is in memory: it survives the caller and, as long as the process lives, the
//! runtime. At the end of `main` unfinished compensations are lost like everything else in memory.

pub(crate) mod compensation;
mod during;
pub(crate) mod future;
mod key;
mod line;
mod nest;
mod parked;
mod report;
mod scope;
pub(crate) mod step;
#[cfg(test)]
mod tests;
mod undo;
mod unwind;
pub(crate) mod verdict;

use std::{future::Future, sync::Arc};

pub(crate) use self::undo::note_own_retry;
use self::{nest::Entry, scope::Scope};
pub use self::{
    parked::{Parked, ParkedError, parked},
    report::{Cause, ReportHook, SagaReport, StepReport, last_report, on_report},
    step::Step,
    undo::Undo,
    unwind::SETTLE_LIMIT,
};

tokio::task_local! {
    /// The saga of the running task; `None` inside a compensation.
    static CURRENT: Option<Arc<Scope>>;
}

/// A handle to a running saga: cheap to clone, and inert outside a saga.
///
/// A saga belongs to its task. What it spawns joins it with [`scope`](Self::scope):
///
/// ```
/// use resilience::Saga;
///
/// # async fn reserve_hotel() {}
/// # async fn book() {
/// let hotel = tokio::spawn(Saga::current().scope(reserve_hotel()));
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Saga(Option<Arc<Scope>>);

impl Saga {
    /// The innermost saga of the running task; inert outside a saga, and in a compensation.
    ///
    /// ```
    /// assert!(!resilience::Saga::current().is_active());
    /// ```
    #[must_use]
    pub fn current() -> Self {
        Self(current())
    }

    /// Whether this is a saga that has neither succeeded nor failed yet.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.0.as_ref().is_some_and(|scope| scope.is_running())
    }

    /// The id of this run of the saga; empty if inert.
    #[must_use]
    pub fn id(&self) -> String {
        self.0
            .as_ref()
            .map(|scope| format!("{:032x}", scope.id))
            .unwrap_or_default()
    }

    /// The name of the saga; empty if inert.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.as_ref().map_or("", |scope| scope.site.name())
    }

    /// Runs `future` as part of this saga, for `tokio::spawn`.
    ///
    /// The saga waits for the steps in it before it unwinds, at most [`SETTLE_LIMIT`]. A step that
    /// ends or begins after that is compensated in a second pass. A step that begins after the
    /// saga has succeeded is outside of it.
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(self.0.clone(), future)
    }
}

/// What is known of a step when it is undone: for `compensate(undo(…, outcome))`.
///
/// ```
/// use resilience::saga::StepOutcome;
///
/// async fn refund(key: &str, outcome: StepOutcome<&u64>) -> Result<(), String> {
///     match outcome {
///         StepOutcome::Done(charge) => println!("{key}: refund charge {charge}"),
///         StepOutcome::Maybe => println!("{key}: look for the charge first"),
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepOutcome<T> {
    /// It succeeded with this output.
    Done(T),
    /// It may have taken effect: it failed in doubt, panicked or was dropped.
    Maybe,
}

impl<T> StepOutcome<T> {
    /// With a reference to the output.
    pub const fn as_ref(&self) -> StepOutcome<&T> {
        match self {
            Self::Done(output) => StepOutcome::Done(output),
            Self::Maybe => StepOutcome::Maybe,
        }
    }

    /// The output, if the step succeeded.
    pub fn done(self) -> Option<T> {
        match self {
            Self::Done(output) => Some(output),
            Self::Maybe => None,
        }
    }
}

fn current() -> Option<Arc<Scope>> {
    if !scope::are_there_any() {
        return None;
    }
    CURRENT.try_with(Clone::clone).ok().flatten()
}

/// After a change: a second pass for what came too late, and the end of what nobody needs.
fn finish_late((late, left): (Option<Arc<Scope>>, Vec<Entry>)) {
    if let Some(scope) = late {
        drop(unwind::start(scope));
    }
    drop(left);
}
