//! Annotate an async function and it is resilient.

extern crate self as resilience;

mod call;
mod classify;
mod event;
mod outcome;
mod rejection;
mod site;
mod time;

#[cfg(feature = "http")]
pub use self::classify::http;
#[doc = include_str!("../docs/classify.md")]
pub use resilience_macros::Classify;

pub use self::{
    classify::{Class, Classify, Effect, Verdict},
    rejection::Rejection,
};

#[doc(hidden)]
pub mod __private;
