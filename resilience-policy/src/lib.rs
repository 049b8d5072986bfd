//! The rulebook of `resilience`: policy values, and every rule about them, once.
//!
//! Plain values with `const fn` builders. No runtime, no macros: other tools can read a policy
//! and ask whether it can work.
//!
//! ```
//! use std::time::Duration;
//! use resilience_policy::{Jitter, Layer, Retry, Schedule, Stack};
//!
//! let second = Duration::from_secs(1);
//! let retry = Retry::new().backoff(Schedule::exponential(second)).jitter(Jitter::None);
//! let layers = [Layer::timeout(second * 5), Layer::retry(retry)];
//!
//! let broken = Stack::new(&layers).check().unwrap_err();
//! assert_eq!(broken.rule().number(), 22);
//! assert!(broken.to_string().contains("3 retries wait at least 7s, the timeout above ends at 5s"));
//! ```

mod backoff;
mod bulkhead;
mod circuit;
mod rate_limit;
mod retry;
mod rules;
mod schedule;
mod text;

pub use crate::{
    backoff::Backoff,
    bulkhead::Bulkhead,
    circuit::{Circuit, Trip, Window},
    rate_limit::{Rate, RateLimit},
    retry::Retry,
    rules::{Layer, Rule, Stack, Violation, WorstCase},
    schedule::{Jitter, Schedule, Shape},
    text::Text,
};
