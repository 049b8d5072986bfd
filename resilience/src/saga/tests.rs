//! Sagas, driven as the macros will drive them.

mod cancel;
mod effect;
mod nested;
mod order;
mod parking;
mod runtime;
mod tasks;
mod undoing;

use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{Undo, compensation::*, future, on_report, report::SagaReport, step, verdict::Ask};
use crate::{Classify, Verdict, call::Call, site::Site};

/// An error of every kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Oops {
    No,
    Later,
    Doubt,
}

impl Classify for Oops {
    fn classify(&self) -> Verdict {
        match self {
            Self::No => Verdict::permanent(),
            Self::Later => Verdict::retryable(),
            Self::Doubt => Verdict::retryable().in_doubt(),
        }
    }
}

type Outcome = Result<u32, Oops>;

/// One site for each name, as the macro would write it.
fn site(name: &'static str) -> &'static Site {
    static SITES: Mutex<BTreeMap<&str, &Site>> = Mutex::new(BTreeMap::new());
    let new = || &*Box::leak(Box::new(Site::new(name, name, file!(), line!())));
    SITES.lock().unwrap().entry(name).or_insert_with(new)
}

async fn saga<F: Future<Output = Outcome>>(name: &'static str, body: F) -> Outcome {
    future::saga::<Outcome, F>(site(name), false, body).await
}

async fn strict<F: Future<Output = Outcome>>(name: &'static str, body: F) -> Outcome {
    future::saga::<Outcome, F>(site(name), true, body).await
}

/// What was done (`+name`), undone (`-name`) and attempted in vain (`!name`).
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<Book>>);

#[derive(Default)]
struct Book {
    lines: Vec<String>,
    failures: HashMap<&'static str, u32>,
    keys: Vec<String>,
}

impl Ledger {
    fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().lines.push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().lines.clone()
    }

    fn read(&self) -> String {
        self.lines().join(" ")
    }

    /// The keys that the undos saw.
    fn keys(&self) -> Vec<String> {
        self.0.lock().unwrap().keys.clone()
    }

    /// Lets the undo of `name` fail that often.
    fn fail_undo(&self, name: &'static str, times: u32) {
        self.0.lock().unwrap().failures.insert(name, times);
    }

    async fn undo(self, name: &'static str, told: String) -> Result<(), &'static str> {
        tokio::task::yield_now().await;
        let mut book = self.0.lock().unwrap();
        book.keys.push(Undo::key());
        let failures = book.failures.entry(name).or_default();
        if *failures > 0 {
            *failures -= 1;
            book.lines.push(format!("!{name}"));
            return Err("not now");
        }
        book.lines.push(format!("-{name}{told}"));
        Ok(())
    }

    /// A step of the kind `compensate(undo)`.
    async fn after<F: Future<Output = Outcome>>(&self, name: &'static str, body: F) -> Outcome {
        let ledger = self.clone();
        let undo = step::in_saga().then(|| {
            undo_output::<Outcome, _, _, _>("undo", move |output| {
                ledger.clone().undo(name, format!("({output})"))
            })
        });
        self.step(name, undo, body).await
    }

    /// A step of the kind `compensate(undo(key))`.
    async fn before<F: Future<Output = Outcome>>(&self, name: &'static str, body: F) -> Outcome {
        let ledger = self.clone();
        let undo = undo_before::<Outcome, _, _, _>("undo", move || {
            ledger.clone().undo(name, String::new())
        });
        self.step(name, undo, body).await
    }

    /// A step of the kind `compensate(undo(key, outcome))`.
    async fn told<F: Future<Output = Outcome>>(&self, name: &'static str, body: F) -> Outcome {
        let ledger = self.clone();
        let undo = undo_outcome::<Outcome, _, _, _>("undo", move |output| {
            ledger
                .clone()
                .undo(name, format!("({:?})", super::StepOutcome::known(output)))
        });
        self.step(name, undo, body).await
    }

    async fn step<U, F>(&self, name: &'static str, undo: U, body: F) -> Outcome
    where
        U: Into<Option<Prepared<<Outcome as crate::outcome::Outcome>::Ok>>>,
        F: Future<Output = Outcome>,
    {
        let call = Call::new();
        let body = async {
            call.enter();
            let output = body.await?;
            self.note(format!("+{name}"));
            Ok(output)
        };
        step::step::<Outcome, _, _, _, _, _>(
            site(name),
            undo.into(),
            &call,
            verdict,
            body,
            crate::outcome::look,
        )
        .await
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the glue asks by reference"
)]
fn verdict(error: &Oops) -> Option<Verdict> {
    Ask(error).verdict()
}

/// A body that takes `ms` and then succeeds.
async fn slow(ms: u64) -> Outcome {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    Ok(1)
}

async fn ok() -> Outcome {
    tokio::task::yield_now().await;
    Ok(1)
}

async fn fails(oops: Oops) -> Outcome {
    tokio::task::yield_now().await;
    Err(oops)
}

/// Waits for the next report on `saga`, by hook.
struct Reports {
    receiver: tokio::sync::mpsc::UnboundedReceiver<SagaReport>,
    _hook: super::ReportHook,
}

impl Reports {
    fn of(saga: &'static str) -> Self {
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let hook = on_report(move |report| {
            if report.saga == saga {
                let _ = sender.send(report.clone());
            }
        });
        Self {
            receiver,
            _hook: hook,
        }
    }

    async fn next(&mut self) -> SagaReport {
        self.receiver.recv().await.unwrap()
    }

    fn none(&mut self) -> bool {
        self.receiver.try_recv().is_err()
    }
}

fn names(steps: &[super::StepReport]) -> Vec<&'static str> {
    steps.iter().map(|step| step.step).collect()
}
