//! A service under a circuit: it does what a script says, in virtual time.
//!
//! A script is a row of letters, one for each call. What comes back is a row of the same letters,
//! with `R` for each call that the circuit rejected.
//!
//! | letter | how the body ends |
//! |---|---|
//! | `S` | with success |
//! | `F` | with an error that `on` matches |
//! | `N` | with an error that `on` does not match |
//! | `P` | with a panic |
//! | `X` | with an error over which the classifier panics |

use std::{
    any::Any,
    fmt,
    future::Future,
    panic::{AssertUnwindSafe, resume_unwind},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use futures::FutureExt as _;
use resilience::{CircuitHandle, Classify, Counters, Rejection, State, Verdict, circuits};
use tokio::sync::Notify;

/// The shortest step of the clock.
pub(crate) const TICK: Duration = Duration::from_nanos(1);

/// The last instant before `end`.
pub(crate) const fn just_before(end: Duration) -> Duration {
    end.saturating_sub(TICK)
}

pub(crate) const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub(crate) async fn advance(by: Duration) {
    tokio::time::advance(by).await;
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Error {
    /// Retryable: the default `on` matches it.
    Down,
    /// Permanent: the default `on` does not match it.
    Answer,
    /// Panics where it is classified.
    Toxic,
    Rejected(Rejection),
}

impl Classify for Error {
    fn classify(&self) -> Verdict {
        match self {
            Self::Down => Verdict::retryable(),
            Self::Answer => Verdict::permanent(),
            Self::Toxic => resume_unwind(Box::new('X')),
            Self::Rejected(rejection) => rejection.classify(),
        }
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// What the annotated function is given to run.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    end: char,
    takes: Duration,
    yields: u32,
    gate: Option<Arc<Notify>>,
    runs: Arc<AtomicU32>,
}

impl Body {
    pub(crate) async fn run(self) -> Result<(), Error> {
        self.runs.fetch_add(1, SeqCst);
        for _ in 0..self.yields {
            tokio::task::yield_now().await;
        }
        if !self.takes.is_zero() {
            tokio::time::sleep(self.takes).await;
        }
        if let Some(gate) = self.gate {
            gate.notified().await;
        }
        match self.end {
            'S' => Ok(()),
            'F' => Err(Error::Down),
            'N' => Err(Error::Answer),
            'X' => Err(Error::Toxic),
            // Past the panic hook, so that the output stays readable.
            'P' => resume_unwind(Box::new('P')),
            other => panic!("no script has the letter `{other}`"),
        }
    }
}

pub(crate) type Call = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// An annotated function, and what has become of it.
pub(crate) struct Service {
    name: &'static str,
    function: fn(Body) -> Call,
    runs: Arc<AtomicU32>,
}

/// A service with a circuit of its own: `service!("cb_02", window = 2, rate = 100%)`.
macro_rules! service {
    ($name:tt, $($policy:tt)*) => {{
        #[resilience::circuit(name = $name, $($policy)*)]
        async fn call(body: $crate::harness::Body) -> Result<(), $crate::harness::Error> {
            body.run().await
        }
        $crate::harness::Service::new($name, |body| Box::pin(call(body)))
    }};
}

/// A service under a `static` circuit: `shared!(CIRCUIT)`.
macro_rules! shared {
    ($circuit:ident) => {{
        #[resilience::circuit($circuit)]
        async fn call(body: $crate::harness::Body) -> Result<(), $crate::harness::Error> {
            body.run().await
        }
        $crate::harness::Service::new($circuit.name(), |body| Box::pin(call(body)))
    }};
}

pub(crate) use {service, shared};

impl Service {
    /// `name` is the one of the circuit in [`circuits`].
    pub(crate) fn new(name: &'static str, function: fn(Body) -> Call) -> Self {
        let runs = Arc::default();
        Self {
            name,
            function,
            runs,
        }
    }

    /// Calls it once for each letter, one after the other.
    pub(crate) async fn calls(&self, script: &str) -> String {
        self.slow(Duration::ZERO, script).await
    }

    /// As [`calls`](Self::calls), each of which takes so long.
    pub(crate) async fn slow(&self, takes: Duration, script: &str) -> String {
        let mut ends = String::new();
        for end in script.chars() {
            ends.push(self.held(end, takes, 0, None).end().await);
        }
        ends
    }

    /// A call that runs until it is let go or dropped.
    pub(crate) fn hold(&self, end: char) -> Held {
        let gate = Arc::new(Notify::new());
        let mut held = self.held(end, Duration::ZERO, 0, Some(gate));
        held.poll();
        held
    }

    /// A call that suspends so often, not yet polled.
    pub(crate) fn yielding(&self, yields: u32, end: char) -> Held {
        self.held(end, Duration::ZERO, yields, None)
    }

    fn held(&self, end: char, takes: Duration, yields: u32, gate: Option<Arc<Notify>>) -> Held {
        let runs = Arc::clone(&self.runs);
        let body = Body {
            end,
            takes,
            yields,
            gate: gate.clone(),
            runs,
        };
        Held {
            call: Some((self.function)(body)),
            gate,
            end: None,
        }
    }

    /// Calls it and expects to be rejected.
    pub(crate) async fn rejection(&self) -> Rejection {
        let before = self.runs();
        let outcome = self.held('S', Duration::ZERO, 0, None).outcome().await;
        assert_eq!(self.runs(), before, "a rejected call does not run");
        match outcome {
            Ok(Err(Error::Rejected(rejection))) => rejection,
            other => panic!("not rejected, but `{}`", letter(other)),
        }
    }

    /// How often the body has run.
    pub(crate) fn runs(&self) -> u32 {
        self.runs.load(SeqCst)
    }

    /// Its circuit; there is none before the first call.
    pub(crate) fn circuit(&self) -> CircuitHandle {
        circuits()
            .into_iter()
            .find(|circuit| circuit.name() == self.name)
            .unwrap_or_else(|| panic!("`{}` is listed once it was called", self.name))
    }

    pub(crate) fn state(&self) -> State {
        self.circuit().state()
    }

    pub(crate) fn counters(&self) -> Counters {
        self.circuit().counters()
    }

    /// Calls, failures and slow calls in the window.
    pub(crate) fn window(&self) -> [u32; 3] {
        let now = self.counters();
        [now.window_calls, now.window_failures, now.window_slow]
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A call under way. Dropping it drops the call.
pub(crate) struct Held {
    call: Option<Call>,
    gate: Option<Arc<Notify>>,
    end: Option<Outcome>,
}

type Outcome = Result<Result<(), Error>, Box<dyn Any + Send>>;

impl Held {
    /// Polls it once; true if it has ended.
    pub(crate) fn poll(&mut self) -> bool {
        let Some(call) = &mut self.call else {
            return true;
        };
        let mut context = Context::from_waker(Waker::noop());
        let mut call = AssertUnwindSafe(call.as_mut()).catch_unwind();
        let Poll::Ready(end) = call.poll_unpin(&mut context) else {
            return false;
        };
        self.end = Some(end);
        self.call = None;
        true
    }

    /// Whether it was admitted and is still running.
    pub(crate) fn is_running(&self) -> bool {
        self.call.is_some()
    }

    /// Awaits it without letting it go.
    pub(crate) async fn hangs(mut self) {
        if let Some(call) = &mut self.call {
            let end = call.await;
            unreachable!("nobody let it go, but it ended with {end:?}");
        }
    }

    /// Lets it go, and tells how it ended.
    pub(crate) async fn end(self) -> char {
        letter(self.outcome().await)
    }

    async fn outcome(mut self) -> Outcome {
        if let Some(gate) = &self.gate {
            gate.notify_one();
        }
        match (self.end.take(), self.call.take()) {
            (Some(end), _) => end,
            (None, Some(call)) => AssertUnwindSafe(call).catch_unwind().await,
            (None, None) => unreachable!("a call is under way or has ended"),
        }
    }
}

fn letter(outcome: Outcome) -> char {
    match outcome {
        Ok(Ok(())) => 'S',
        Ok(Err(Error::Down)) => 'F',
        Ok(Err(Error::Answer)) => 'N',
        Ok(Err(Error::Rejected(rejection))) if rejection.is_circuit_open() => 'R',
        Ok(Err(Error::Rejected(rejection))) if rejection.is_timed_out() => 'T',
        Ok(Err(error)) => panic!("no letter stands for {error:?}"),
        Err(payload) => match payload.downcast() {
            Ok(letter) => *letter,
            Err(payload) => resume_unwind(payload),
        },
    }
}
