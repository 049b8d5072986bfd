//! Annotate an async function and it is resilient.

extern crate self as resilience;

mod args;
mod call;
mod circuit;
mod classify;
mod event;
mod fallback;
mod glue;
mod keyed;
mod outcome;
mod rejection;
mod retry;
mod rng;
mod site;
mod time;
mod timeout;

pub use self::{
    circuit::{Circuit, CircuitHandle, Counters, State, circuits},
    classify::{Class, Classify, Effect, Verdict},
    rejection::Rejection,
    retry::RetryBudget,
};
pub use resilience_macros::{circuit, compensate, fallback, retry, saga, timeout};
pub use resilience_policy::{Backoff, Jitter, Retry, Schedule};

#[cfg(feature = "testing")]
pub mod testing;

mod saga {
    pub(crate) fn note_own_retry(_: &'static crate::site::Site) {}
}

#[doc(hidden)]
pub mod __private;
