//! Every interleaving of the parts that take no lock.
//!
//! ```text
//! cargo test --release -p loom-models
//! ```
//!
//! The files are those of the runtime; only the atomics they take from `crate::sync` are loom's in
//! here.
#![cfg(test)]

mod sync {
    pub(crate) use loom::sync::atomic::{AtomicU32, Ordering};
}

#[path = "../../../resilience/src/hedge/bucket.rs"]
mod bucket;

mod hedges;

/// Looks at every interleaving with at most three preemptions.
fn model(run: impl Fn() + Send + Sync + 'static) {
    let mut models = loom::model::Builder::new();
    models.preemption_bound = Some(3);
    models.check(run);
}
