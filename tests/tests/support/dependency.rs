//! A dependency that does what a line of letters says, in virtual time.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "shared by test binaries of which none uses all of it; a poisoned lock is a failed test"
)]

use std::{
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use resilience::{Classify, Rejection, Verdict, testing::Script};
use tokio::time::Instant;

/// What can go wrong with the dependency.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Error {
    /// `F`: retryable, nothing applied.
    Busy,
    /// `L`: retryable, may have been applied.
    Lost,
    /// `N`: permanent.
    Gone,
    /// Throttled; the other side asks for a delay, or does not.
    Throttled(Option<Duration>),
    Rejected(Rejection),
}

impl Error {
    pub(crate) fn is_timed_out(&self) -> bool {
        matches!(self, Self::Rejected(rejection) if rejection.is_timed_out())
    }

    pub(crate) fn is_circuit_open(&self) -> bool {
        matches!(self, Self::Rejected(rejection) if rejection.is_circuit_open())
    }

    /// The limit that passed.
    pub(crate) fn limit(&self) -> Option<Duration> {
        match self {
            Self::Rejected(Rejection::TimedOut { after, .. }) => Some(*after),
            _ => None,
        }
    }
}

impl Classify for Error {
    fn classify(&self) -> Verdict {
        match self {
            Self::Busy => Verdict::retryable(),
            Self::Lost => Verdict::retryable().in_doubt(),
            Self::Gone => Verdict::permanent(),
            Self::Throttled(after) => Verdict::throttled().after_opt(*after),
            Self::Rejected(rejection) => rejection.classify(),
        }
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// The scripted other side. `S` succeeds with the number of its place, `F`, `L` and `N` fail, `T`
/// is throttled without a delay, `H` hangs, `P` panics; a `*` at the end repeats the last letter.
#[derive(Debug)]
pub(crate) struct Dependency {
    script: Script<u32, Error>,
    starts: Mutex<Vec<Instant>>,
}

impl Dependency {
    pub(crate) fn says(line: &str) -> Self {
        Self::taking(Duration::ZERO, line)
    }

    /// Every run takes so long.
    pub(crate) fn taking(each: Duration, line: &str) -> Self {
        let (letters, forever) = match line.strip_suffix('*') {
            Some(letters) => (letters, true),
            None => (line, false),
        };
        let script = letters
            .chars()
            .zip(1..)
            .fold(Script::new(), |script, (letter, place)| {
                let script = script.after(each);
                match letter {
                    'S' => script.ok(place),
                    'F' => script.fail(Error::Busy),
                    'L' => script.fail(Error::Lost),
                    'N' => script.fail(Error::Gone),
                    'T' => script.fail(Error::Throttled(None)),
                    'H' => script.hang(),
                    'P' => script.panic("the body panicked"),
                    other => unreachable!("no letter of a script: {other}"),
                }
            });
        Self {
            script: if forever { script.forever() } else { script },
            starts: Mutex::default(),
        }
    }

    /// Fails with `error` always.
    pub(crate) fn always(error: Error) -> Self {
        Self {
            script: Script::new().fail(error).forever(),
            starts: Mutex::default(),
        }
    }

    pub(crate) async fn call(&self) -> Result<u32, Error> {
        self.starts.lock().unwrap().push(Instant::now());
        self.script.call().await
    }

    /// How often the body has started.
    pub(crate) fn runs(&self) -> u32 {
        self.script.calls()
    }

    /// How often the body has come to its end.
    pub(crate) fn finished(&self) -> u32 {
        self.script.finished()
    }

    /// Milliseconds between the starts of the runs.
    pub(crate) fn pauses(&self) -> Vec<u128> {
        let starts = self.starts.lock().unwrap();
        starts
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).as_millis())
            .collect()
    }
}

/// The output, and the milliseconds it took.
pub(crate) async fn timed<F: Future>(future: F) -> (F::Output, u128) {
    let start = Instant::now();
    let output = future.await;
    (output, start.elapsed().as_millis())
}

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Counts how often something happened; clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Count(Arc<AtomicU32>);

impl Count {
    pub(crate) fn add(&self) -> u32 {
        self.0.fetch_add(1, SeqCst) + 1
    }

    pub(crate) fn get(&self) -> u32 {
        self.0.load(SeqCst)
    }

    /// Counts its drop.
    pub(crate) fn on_drop(&self) -> OnDrop {
        OnDrop(self.clone())
    }
}

/// See [`Count::on_drop`].
#[derive(Debug)]
pub(crate) struct OnDrop(Count);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.add();
    }
}
