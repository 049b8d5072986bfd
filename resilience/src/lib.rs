//! Annotate an async function and it is resilient.

extern crate self as resilience;

mod call;
mod classify;
mod context;
mod event;
mod outcome;
mod rejection;
pub mod saga;
mod site;
mod time;

pub use self::{
    classify::{Class, Classify, Effect, Verdict},
    context::{Checkpoint, Context, checkpoint},
    rejection::Rejection,
    saga::Saga,
};

#[doc(hidden)]
pub mod __private;
