//! Annotate an async function and it is resilient.

extern crate self as resilience;

mod call;
mod classify;
mod event;
mod outcome;
mod rejection;
mod site;
mod time;

pub use self::{
    classify::{Class, Classify, Effect, Verdict},
    rejection::Rejection,
};

#[doc(hidden)]
pub mod __private;
