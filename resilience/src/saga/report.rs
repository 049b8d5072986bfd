//! What became of a saga that did not succeed.

use std::{
    cell::RefCell,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use super::key::Key;
use crate::{context::Context, event::event, site::Site};

/// Why a saga was unwound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// Its function returned an error.
    Error,
    /// Its function panicked.
    Panicked,
    /// Its future was dropped: a timeout above it, a `select!`, a client that went away.
    Dropped,
}

/// What was undone, parked or left in doubt when a saga was unwound.
///
/// The caller gets the original error; this comes by [`on_report`], [`last_report`] and as an
/// event. A step that ends after the unwinding is compensated too, and makes another report with
/// the same id.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SagaReport {
    /// The name of the saga: `module::function`, or what `name = "…"` says.
    pub saga: &'static str,
    /// The id of this run.
    pub id: String,
    /// Why it was unwound.
    pub cause: Cause,
    /// The steps whose compensation succeeded, in the order in which they were undone.
    pub undone: Vec<StepReport>,
    /// The steps whose compensation failed for good, or waits for one that did: see
    /// [`parked`](super::parked()).
    pub parked: Vec<StepReport>,
    /// The steps that may have been applied and that nothing can undo, because their
    /// compensation needs the output they never gave.
    pub in_doubt: Vec<StepReport>,
}

/// One step in a [`SagaReport`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepReport {
    /// The name of the step's function.
    pub step: &'static str,
    /// The idempotency key of the step, as [`Step::key`](super::Step::key) gave it.
    pub key: String,
    /// How often the compensation was attempted.
    pub attempts: u32,
    /// Why it is parked or in doubt.
    pub reason: Option<String>,
}

/// A hook set by [`on_report`]. Dropping it removes the hook.
#[derive(Debug)]
#[must_use = "dropping it removes the hook; `keep` it for the life of the process"]
pub struct ReportHook(u64);

type Hook = Arc<dyn Fn(&SagaReport) + Send + Sync>;

static HOOKS: Mutex<Vec<(u64, Hook)>> = Mutex::new(Vec::new());
static LAST: Mutex<Option<Arc<SagaReport>>> = Mutex::new(None);

thread_local! {
    static LAST_HERE: RefCell<Option<Arc<SagaReport>>> = const { RefCell::new(None) };
}

/// The last report on this thread, or of the process if there is none on this thread.
///
/// Right after the `.await` of a saga that failed, it is the report on that saga.
///
/// ```
/// assert!(resilience::saga::last_report().is_none());
/// ```
#[must_use]
pub fn last_report() -> Option<SagaReport> {
    let here = LAST_HERE
        .try_with(|last| last.borrow().clone())
        .ok()
        .flatten();
    here.or_else(|| LAST.lock().unwrap_or_else(PoisonError::into_inner).clone())
        .map(|report| (*report).clone())
}

/// Calls `hook` with every report from now on, until the returned guard is dropped.
///
/// It runs in the unwinding's own task; a panic in it is ignored.
///
/// ```
/// resilience::saga::on_report(|report| {
///     if !report.parked.is_empty() {
///         eprintln!("needs a human: {report}");
///     }
/// })
/// .keep();
/// ```
pub fn on_report(hook: impl Fn(&SagaReport) + Send + Sync + 'static) -> ReportHook {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let id = NEXT.fetch_add(1, Relaxed);
    HOOKS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push((id, Arc::new(hook)));
    ReportHook(id)
}

impl ReportHook {
    /// Leaves the hook in place for the life of the process.
    pub fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for ReportHook {
    fn drop(&mut self) {
        let mut hooks = HOOKS.lock().unwrap_or_else(PoisonError::into_inner);
        let place = hooks.iter().position(|(id, _)| *id == self.0);
        let hook = place.map(|place| hooks.swap_remove(place));
        drop(hooks);
        drop(hook);
    }
}

impl SagaReport {
    pub(super) fn new(saga: &'static str, id: u128, cause: Cause) -> Self {
        let id = format!("{id:032x}");
        Self {
            saga,
            id,
            cause,
            undone: Vec::new(),
            parked: Vec::new(),
            in_doubt: Vec::new(),
        }
    }

    /// Tells everybody.
    pub(super) fn publish(self, context: &Context) -> Arc<Self> {
        self.emit(context);
        let report = Arc::new(self);
        report.note();
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&report));
        let hooks: Vec<_> = HOOKS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect();
        for (_, hook) in hooks {
            // A hook that panics must not leave compensations behind.
            let _ = catch_unwind(AssertUnwindSafe(|| hook(&report)));
        }
        report
    }

    /// Makes it the last report of this thread.
    pub(super) fn note(self: &Arc<Self>) {
        let _ = LAST_HERE.try_with(|last| last.replace(Some(Arc::clone(self))));
    }

    fn emit(&self, context: &Context) {
        let (undone, parked, in_doubt) =
            (self.undone.len(), self.parked.len(), self.in_doubt.len());
        macro_rules! unwound {
            ($level:ident) => {
                event!(
                    $level,
                    "saga_unwound",
                    self.saga,
                    saga_id = self.id.as_str(),
                    cause = self.cause.as_str(),
                    undone = undone,
                    parked = parked,
                    in_doubt = in_doubt,
                    correlation_id = context.id(),
                )
            };
        }
        match (parked, in_doubt) {
            (0, 0) => unwound!(INFO),
            (0, _) => unwound!(WARN),
            _ => unwound!(ERROR),
        }
    }
}

impl fmt::Display for SagaReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "saga `{}` {} {}", self.saga, self.id, self.cause)?;
        let groups = [
            ("undone", &self.undone),
            ("parked", &self.parked),
            ("in doubt", &self.in_doubt),
        ];
        for (word, steps) in groups.into_iter().filter(|(_, steps)| !steps.is_empty()) {
            write!(f, "; {word}: ")?;
            for (place, step) in steps.iter().enumerate() {
                write!(f, "{}{step}", if place == 0 { "" } else { ", " })?;
            }
        }
        Ok(())
    }
}

impl StepReport {
    pub(super) fn of_doubt(step: &'static Site, key: Key) -> Self {
        let reason = "may have been applied, and gave no output to undo it with";
        let (step, key) = (step.name(), key.to_string());
        Self {
            step,
            key,
            attempts: 0,
            reason: Some(reason.to_owned()),
        }
    }
}

impl fmt::Display for StepReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.step)?;
        match &self.reason {
            Some(reason) => write!(f, " ({reason})"),
            None => Ok(()),
        }
    }
}

impl Cause {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "failed",
            Self::Panicked => "panicked",
            Self::Dropped => "was dropped",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
