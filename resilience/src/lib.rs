//! Annotate an async function and it is resilient.

extern crate self as resilience;

mod args;
mod call;
mod circuit;
mod classify;
mod context;
mod event;
mod fallback;
mod glue;
mod keyed;
mod outcome;
mod rejection;
mod retry;
mod rng;
pub mod saga;
mod site;
mod time;
mod timeout;

pub use self::{
    circuit::{Circuit, CircuitHandle, Counters, State, circuits},
    classify::{Class, Classify, Effect, Verdict},
    context::{Checkpoint, Context, checkpoint},
    rejection::Rejection,
    retry::RetryBudget,
    saga::{Saga, SagaReport, Step, StepOutcome, Undo},
};
pub use resilience_macros::{circuit, compensate, fallback, retry, saga, timeout};
pub use resilience_policy::{Backoff, Jitter, Retry, Schedule};

#[cfg(feature = "testing")]
pub mod testing;

#[doc(hidden)]
pub mod __private;
