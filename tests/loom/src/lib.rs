//! Every interleaving of the parts that take no lock, and of the guards that can be dropped.
//!
//! ```text
//! cargo test --release -p loom-models
//! ```
//!
//! The files are those of the runtime; only the atomics and locks they take from `crate::sync` are
//! loom's in here.
#![cfg(test)]

mod sync {
    pub(crate) use loom::sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU32, AtomicU64, Ordering},
    };
    pub(crate) use std::sync::PoisonError;
}

#[path = "../../../resilience/src/hedge/bucket.rs"]
mod bucket;
#[path = "../../../resilience/src/rate_limit/gcra.rs"]
#[expect(dead_code, reason = "what operators read is not modelled")]
mod gcra;
#[path = "../../../resilience/src/bulkhead/slots.rs"]
#[expect(dead_code, reason = "what operators read is not modelled")]
mod slots;

mod hedges;
mod limiter;
mod queue;

/// Looks at every interleaving with at most three preemptions.
fn model(run: impl Fn() + Send + Sync + 'static) {
    let mut models = loom::model::Builder::new();
    models.preemption_bound = Some(3);
    models.check(run);
}
