//! Compensations that failed for good: listed, run again or closed by hand.

use std::{
    collections::BTreeMap,
    error::Error,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    line::{Line, Path},
    nest::Entry,
    report::StepReport,
    undo::{Marks, attempt},
};
use crate::{context::Context, event::event};

/// Parked compensations that the list holds. Beyond that they are only reported.
const PARKED_MAX: usize = 100_000;

static PARKED: Mutex<List> = Mutex::new(List {
    next: 0,
    parked: BTreeMap::new(),
});

struct List {
    next: u64,
    parked: BTreeMap<u64, Parked>,
}

/// All parked compensations, longest parked first. The list holds 100 000.
///
/// ```
/// # async fn every_morning() {
/// for parked in resilience::saga::parked() {
///     if let Err(error) = parked.run().await {
///         eprintln!("{} of {}: {error}", parked.step(), parked.saga_name());
///     }
/// }
/// # }
/// ```
#[must_use]
pub fn parked() -> Vec<Parked> {
    list().parked.values().cloned().collect()
}

/// A compensation that failed for good, or that waits for one that did.
#[derive(Debug, Clone)]
pub struct Parked(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    number: u64,
    entry: Entry,
    marks: Arc<Marks>,
    context: Context,
    lines: Vec<Arc<Line>>,
    path: Path,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    reason: String,
    attempts: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Waiting,
    Running,
    Over,
}

/// Why a parked compensation did not run to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParkedError {
    /// It failed again.
    Failed {
        /// The error, or the panic's message.
        reason: String,
    },
    /// The saga is `strict`, and the compensation of a newer step is parked as well.
    Waits {
        /// The newer step.
        step: &'static str,
    },
    /// It is running already.
    Running,
    /// It has succeeded or was closed.
    Over,
}

impl Parked {
    /// The name of the saga.
    #[must_use]
    pub fn saga_name(&self) -> &'static str {
        self.0.entry.scope.site.name()
    }

    /// The id of the saga's run, as in its report.
    #[must_use]
    pub fn saga_id(&self) -> String {
        format!("{:032x}", self.0.entry.scope.id)
    }

    /// The name of the step that is to be undone.
    #[must_use]
    pub fn step(&self) -> &'static str {
        self.0.entry.step.name()
    }

    /// The idempotency key of the step.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.entry.key.to_string()
    }

    /// Why it is parked: the last error, the panic's message, or what it waits for.
    #[must_use]
    pub fn reason(&self) -> String {
        self.state().reason.clone()
    }

    /// How often it has been attempted, runs by hand included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.state().attempts
    }

    /// Attempts it once more, with the same [`Undo::key`](super::Undo::key). When it succeeds it
    /// leaves the list.
    ///
    /// # Errors
    ///
    /// It failed again, it waits for a newer one (`strict`), it runs already, or it is over.
    pub async fn run(&self) -> Result<(), ParkedError> {
        let Inner {
            entry,
            marks,
            context,
            ..
        } = &*self.0;
        let run = self.start()?;
        let result = attempt(&*entry.cell, marks, run.attempts, context).await;
        run.end(result)
    }

    /// Takes it off the list without running it; whoever waits for it may run. `why` goes into
    /// the event.
    pub fn close(&self, why: &str) {
        let mut state = self.state();
        if state.phase == Phase::Over {
            return;
        }
        state.phase = Phase::Over;
        drop(state);
        self.leave();
        event!(
            WARN,
            "compensation_closed",
            self.step(),
            saga = self.saga_name(),
            why = why
        );
    }

    fn start(&self) -> Result<Run<'_>, ParkedError> {
        if let Some(step) = before(&self.0.lines, &self.0.path) {
            return Err(ParkedError::Waits { step });
        }
        let mut state = self.state();
        match state.phase {
            Phase::Running => return Err(ParkedError::Running),
            Phase::Over => return Err(ParkedError::Over),
            Phase::Waiting => state.phase = Phase::Running,
        }
        state.attempts = state.attempts.saturating_add(1);
        Ok(Run {
            parked: self,
            attempts: state.attempts,
        })
    }

    fn leave(&self) {
        for line in &self.0.lines {
            line.leave(&self.0.path);
        }
        let gone = list().parked.remove(&self.0.number);
        drop(gone);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A run by hand. Dropped before its end, the compensation is parked as before.
struct Run<'a> {
    parked: &'a Parked,
    attempts: u32,
}

impl Run<'_> {
    fn end(self, result: Result<(), String>) -> Result<(), ParkedError> {
        let Err(reason) = result else {
            self.parked.state().phase = Phase::Over;
            self.parked.leave();
            let (step, saga) = (self.parked.step(), self.parked.saga_name());
            event!(
                INFO,
                "compensated",
                step,
                saga = saga,
                attempts = self.attempts
            );
            return Ok(());
        };
        self.parked.state().reason.clone_from(&reason);
        Err(ParkedError::Failed { reason })
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        let mut state = self.parked.state();
        if state.phase == Phase::Running {
            state.phase = Phase::Waiting;
        }
    }
}

/// The newer step that holds up this one.
pub(super) fn waits_for(entry: &Entry) -> Option<&'static str> {
    before(&entry.lines(), &entry.path())
}

fn before(lines: &[Arc<Line>], path: &Path) -> Option<&'static str> {
    lines.iter().find_map(|line| line.before(path))
}

/// Parks a compensation.
pub(super) fn park(
    entry: Entry,
    marks: Arc<Marks>,
    reason: String,
    context: &Context,
) -> StepReport {
    event!(
        ERROR,
        "compensation_parked",
        entry.step.name(),
        undo = entry.undo,
        saga = entry.scope.site.name(),
        attempts = entry.attempts,
        correlation_id = context.id(),
    );
    let (step, key) = (entry.step.name(), entry.key.to_string());
    let report = StepReport {
        step,
        key,
        attempts: entry.attempts,
        reason: Some(reason.clone()),
    };
    let (lines, path) = (entry.lines(), entry.path());
    let state = State {
        phase: Phase::Waiting,
        reason,
        attempts: entry.attempts,
    };
    let (state, context) = (Mutex::new(state), context.clone());
    let mut list = list();
    if list.parked.len() >= PARKED_MAX {
        drop(list);
        event!(ERROR, "parked_list_full", step, key = report.key.as_str());
        return report;
    }
    let number = list.next;
    list.next = number.saturating_add(1);
    for line in &lines {
        line.join(path.clone(), step);
    }
    let inner = Inner {
        number,
        entry,
        marks,
        context,
        lines,
        path,
        state,
    };
    list.parked.insert(number, Parked(Arc::new(inner)));
    report
}

fn list() -> MutexGuard<'static, List> {
    PARKED.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Display for ParkedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { reason } => write!(f, "the compensation failed again: {reason}"),
            Self::Waits { step } => write!(f, "the compensation waits for that of `{step}`"),
            Self::Running => f.write_str("the compensation is running already"),
            Self::Over => f.write_str("the compensation has succeeded or was closed"),
        }
    }
}

impl Error for ParkedError {}
