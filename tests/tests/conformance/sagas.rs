//! Section 19, and the saga cases that need no journal: sagas in memory.
//!
//! Ledgers read like this: `+a` the body of step a began, `a` its effect was applied, `-a` it was
//! undone knowing its output, `?a` it was undone not knowing, `!a` an undo of it failed.

mod cases;
mod parallel;
mod rows;

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

use resilience::{
    SagaReport, Step, StepOutcome, Undo, compensate, saga,
    saga::{Parked, last_report, parked},
};

use crate::dependency::{Error, ms};

#[derive(Debug, Clone, Default)]
struct Ledger(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    lines: Vec<String>,
    /// Keys of the undos, in order.
    undo_keys: Vec<String>,
    /// Keys of the steps, in order.
    step_keys: Vec<String>,
    /// How often the undo of a step is still going to fail.
    refusals: HashMap<String, u32>,
    undo_takes: Duration,
    undoing: u32,
    undoing_at_most: u32,
}

impl Ledger {
    fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().lines.push(line.into());
    }

    fn read(&self) -> String {
        self.0.lock().unwrap().lines.join(" ")
    }

    /// The next undos of a step fail.
    fn refuses(self, step: &str, times: u32) -> Self {
        let mut book = self.0.lock().unwrap();
        book.refusals.insert(step.to_owned(), times);
        drop(book);
        self
    }

    /// Every undo takes so long.
    fn undo_takes(self, millis: u64) -> Self {
        self.0.lock().unwrap().undo_takes = ms(millis);
        self
    }

    fn undo_keys(&self) -> Vec<String> {
        self.0.lock().unwrap().undo_keys.clone()
    }

    fn step_keys(&self) -> Vec<String> {
        self.0.lock().unwrap().step_keys.clone()
    }

    async fn undo(&self, step: &str, mark: char) -> Result<(), String> {
        let takes = {
            let mut book = self.0.lock().unwrap();
            book.undo_keys.push(Undo::key());
            book.undoing += 1;
            book.undoing_at_most = book.undoing_at_most.max(book.undoing);
            book.undo_takes
        };
        if !takes.is_zero() {
            tokio::time::sleep(takes).await;
        }
        let mut book = self.0.lock().unwrap();
        book.undoing -= 1;
        let refusals = book.refusals.entry(step.to_owned()).or_default();
        if *refusals > 0 {
            *refusals -= 1;
            book.lines.push(format!("!{step}"));
            return Err("not now".to_owned());
        }
        book.lines.push(format!("{mark}{step}"));
        Ok(())
    }
}

/// What the body of a step does.
#[derive(Debug, Clone)]
enum Does {
    Works,
    WorksAfter(u64),
    Fails(Error),
    FailsAfter(u64, Error),
    Hangs,
    Panics,
}
use Does::{Fails, FailsAfter, Hangs, Panics, Works, WorksAfter};

impl Does {
    async fn run(self, ledger: &Ledger, name: &str) -> Result<u32, Error> {
        ledger.note(format!("+{name}"));
        ledger.0.lock().unwrap().step_keys.push(Step::key());
        match &self {
            WorksAfter(millis) | FailsAfter(millis, _) => tokio::time::sleep(ms(*millis)).await,
            Hangs => std::future::pending().await,
            _ => {}
        }
        match self {
            Fails(error) | FailsAfter(_, error) => Err(error),
            Panics => panic!("step {name} panicked"),
            _ => {
                ledger.note(name);
                Ok(1)
            }
        }
    }
}

async fn undo(ledger: &Ledger, name: &str, outcome: StepOutcome<&u32>) -> Result<(), String> {
    let mark = if outcome.done().is_some() { '-' } else { '?' };
    ledger.undo(name, mark).await
}

async fn undo_a(ledger: &Ledger, outcome: StepOutcome<&u32>) -> Result<(), String> {
    undo(ledger, "a", outcome).await
}

/// A step whose undo is enlisted before the body runs.
#[compensate(undo(ledger, name, outcome))]
async fn step(ledger: &Ledger, name: &str, does: Does) -> Result<u32, Error> {
    does.run(ledger, name).await
}

#[derive(Debug, Clone)]
struct Booked {
    ledger: Ledger,
    name: String,
}

async fn release(booked: &Booked) -> Result<(), String> {
    booked.ledger.undo(&booked.name, '-').await
}

/// A step whose undo is enlisted after success.
#[compensate(release)]
async fn booking(ledger: &Ledger, name: &str, does: Does) -> Result<Booked, Error> {
    does.run(ledger, name).await?;
    let (ledger, name) = (ledger.clone(), name.to_owned());
    Ok(Booked { ledger, name })
}

#[saga]
async fn run<T>(body: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    body.await
}

/// The report on the saga that has just failed.
fn report() -> SagaReport {
    last_report().expect("a saga has failed on this thread")
}

/// What is parked of that saga.
fn parked_of(report: &SagaReport) -> Vec<Parked> {
    let all = parked().into_iter();
    all.filter(|parked| parked.saga_id() == report.id).collect()
}
