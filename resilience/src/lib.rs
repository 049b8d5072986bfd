//! Annotate an async function and it is resilient.

extern crate self as resilience;

mod call;
mod circuit;
mod classify;
mod event;
mod keyed;
mod outcome;
mod rejection;
mod site;
mod time;

pub use self::{
    circuit::{Circuit, CircuitHandle, Counters, State, circuits},
    classify::{Class, Classify, Effect, Verdict},
    rejection::Rejection,
};

#[doc(hidden)]
pub mod __private;
