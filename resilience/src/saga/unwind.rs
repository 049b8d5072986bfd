//! Unwinding: compensations, one after the other, whatever happens around them.

use std::{pin::pin, sync::Arc, thread, time::Duration};

use resilience_policy::{Retry, Schedule};
use tokio::{runtime::Builder, sync::oneshot, time::timeout_at};

use super::{
    nest::Entry,
    parked,
    report::{Cause, SagaReport, StepReport},
    scope::{Due, Scope},
    undo::{Marks, attempt},
};
use crate::{
    event::event,
    rng,
    time::{Instant, later, millis, now, shortened},
};

/// How long an unwinding waits for steps that are still under way: after that their outcome
/// counts as unknown. What they do later is undone later.
pub const SETTLE_LIMIT: Duration = Duration::from_secs(30);

/// Retries of a compensation that has no `#[retry]` of its own.
const RETRY: Retry = Retry::new()
    .max(5)
    .backoff(Schedule::exponential(Duration::from_millis(200)).cap(Duration::from_secs(30)));

/// Where the report goes if somebody waits for it.
pub(super) type Done = oneshot::Receiver<Arc<SagaReport>>;

/// The saga has failed: unwinds it.
pub(super) fn unwind(scope: &Arc<Scope>, cause: Cause) -> Done {
    scope.fail(cause);
    start(Arc::clone(scope))
}

/// Unwinds a saga that has been marked as unwinding.
pub(super) fn start(scope: Arc<Scope>) -> Done {
    let (done, receiver) = oneshot::channel();
    let mut plan = Box::new(Plan::new(scope, done));
    if !plan.scope.unsettled(false) && !plan.more() {
        plan.finish();
        return receiver;
    }
    let runtime = plan.scope.runtime.clone();
    let unwinding = Unwinding {
        plan: Some(plan),
        last: false,
    };
    match runtime {
        // Without a runtime that still runs, the future is dropped at once, and `drop` goes on.
        Some(runtime) => drop(runtime.spawn(unwinding.run())),
        None => drop(unwinding),
    }
    receiver
}

/// The task. When it is dropped before its end, the rest goes on elsewhere.
struct Unwinding {
    plan: Option<Box<Plan>>,
    last: bool,
}

/// What is left to do.
struct Plan {
    scope: Arc<Scope>,
    /// Taken and not yet run, older first.
    due: Vec<Entry>,
    /// The one that is running.
    current: Option<(Entry, Arc<Marks>)>,
    /// The end of waiting for steps under way.
    limit: Option<Instant>,
    /// Steps numbered below are not waited for.
    overdue: u64,
    report: SagaReport,
    done: oneshot::Sender<Arc<SagaReport>>,
}

impl Unwinding {
    async fn run(mut self) {
        if let Some(plan) = &mut self.plan {
            plan.run().await;
        }
        if let Some(plan) = self.plan.take() {
            plan.finish();
        }
    }
}

impl Drop for Unwinding {
    fn drop(&mut self) {
        let Some(mut plan) = self.plan.take() else {
            return;
        };
        if self.last {
            plan.park_all();
            plan.finish();
            return;
        }
        event!(
            WARN,
            "unwinding_moved",
            plan.report.saga,
            saga_id = plan.report.id.as_str()
        );
        let rest = Self {
            plan: Some(plan),
            last: true,
        };
        // If either fails, dropping the rest parks it.
        let _ = thread::Builder::new()
            .name("resilience-saga".to_owned())
            .spawn(move || {
                if let Ok(runtime) = Builder::new_current_thread().enable_time().build() {
                    runtime.block_on(rest.run());
                }
            });
    }
}

impl Plan {
    fn new(scope: Arc<Scope>, done: oneshot::Sender<Arc<SagaReport>>) -> Self {
        let report = SagaReport::new(scope.site.name(), scope.id, scope.cause());
        Self {
            scope,
            due: Vec::new(),
            current: None,
            limit: None,
            overdue: 0,
            report,
            done,
        }
    }

    async fn run(&mut self) {
        loop {
            while self.next() {
                self.undo().await;
            }
            self.settle().await;
            if !self.more() {
                return;
            }
        }
    }

    /// Waits until no step is under way, or the limit has passed.
    async fn settle(&mut self) {
        loop {
            let mut changed = pin!(self.scope.changed().notified());
            changed.as_mut().enable();
            let overdue = self.overdue > 0;
            if !self.scope.unsettled(overdue) {
                return;
            }
            if overdue {
                changed.await;
                continue;
            }
            let limit = *self.limit.get_or_insert_with(|| later(now(), SETTLE_LIMIT));
            if timeout_at(limit, changed).await.is_err() {
                self.overdue = self.scope.horizon();
            }
        }
    }

    /// Takes what can be undone now. If that is nothing, the saga is unwound.
    fn more(&mut self) -> bool {
        match self.scope.due(self.overdue) {
            Due::Undo(due) => {
                self.due = due;
                true
            }
            Due::Nothing(in_doubt) => {
                self.report.in_doubt = in_doubt;
                false
            }
        }
    }

    /// Makes the newest one current, unless one has been interrupted.
    fn next(&mut self) -> bool {
        if self.current.is_none() {
            self.current = self.due.pop().map(|entry| {
                let marks = Marks::new(entry.undo, entry.key.undo());
                (entry, marks)
            });
        }
        self.current.is_some()
    }

    async fn undo(&mut self) {
        let Some((entry, marks)) = &mut self.current else {
            return;
        };
        let failed = match parked::waits_for(entry) {
            Some(newer) => Some(format!("waits for `{newer}`")),
            None => attempts(entry, marks, &self.scope).await.err(),
        };
        let Some((entry, marks)) = self.current.take() else {
            return;
        };
        match failed {
            None => self.report.undone.push(undone(&entry)),
            Some(reason) => {
                self.report
                    .parked
                    .push(parked::park(entry, marks, reason, &self.scope.context));
            }
        }
    }

    /// Nothing can run any more: all that is left is kept for a human.
    fn park_all(&mut self) {
        self.overdue = u64::MAX;
        loop {
            while self.next() {
                let Some((entry, marks)) = self.current.take() else {
                    break;
                };
                let reason = "no runtime to run it".to_owned();
                self.report
                    .parked
                    .push(parked::park(entry, marks, reason, &self.scope.context));
            }
            if !self.more() {
                return;
            }
        }
    }

    fn finish(self: Box<Self>) {
        let report = self.report.publish(&self.scope.context);
        // Nobody waits for the report of a dropped saga.
        let _ = self.done.send(report);
    }
}

/// Attempts a compensation until it succeeds or its policy gives up.
async fn attempts(entry: &mut Entry, marks: &Arc<Marks>, scope: &Scope) -> Result<(), String> {
    let context = &scope.context;
    loop {
        entry.attempts = entry.attempts.saturating_add(1);
        let result = attempt(&*entry.cell, marks, entry.attempts, context).await;
        let Err(reason) = result else {
            event!(
                INFO,
                "compensated",
                entry.step.name(),
                undo = entry.undo,
                saga = scope.site.name(),
                attempts = entry.attempts,
                correlation_id = context.id(),
            );
            return Ok(());
        };
        if marks.has_own_retry() || entry.attempts > RETRY.retries() {
            return Err(reason);
        }
        let pause = pause(entry.attempts);
        event!(
            WARN,
            "compensation_retried",
            entry.step.name(),
            undo = entry.undo,
            saga = scope.site.name(),
            attempts = entry.attempts,
            wait_ms = millis(pause),
            correlation_id = context.id(),
        );
        tokio::time::sleep(pause).await;
    }
}

/// The pause before this retry.
fn pause(retry: u32) -> Duration {
    let delay = RETRY
        .spread()
        .apply(RETRY.schedule(), retry, None, rng::random());
    shortened(delay)
}

fn undone(entry: &Entry) -> StepReport {
    let (step, key) = (entry.step.name(), entry.key.to_string());
    StepReport {
        step,
        key,
        attempts: entry.attempts,
        reason: None,
    }
}
