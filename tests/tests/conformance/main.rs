//! What the suites of other systems ask of theirs, asked of ours, in virtual time.
//!
//! Each test has the name of its row in `docs/conformance.md`, which also lists the rows that
//! have no test, and why.

#![allow(
    clippy::unused_async,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "fallbacks and undos are async by contract; what fails here is a failed test"
)]

#[path = "../support/dependency.rs"]
mod dependency;
#[path = "../support/events.rs"]
mod events;

mod budgets;
mod bulkheads;
mod caches;
mod cancel;
mod circuit_count;
mod circuit_stacks;
mod circuit_time;
mod classes;
mod composition;
mod delays;
mod fallbacks;
mod forced;
mod half_open;
mod harness;
mod hedges;
mod limiters;
mod retry;
mod sagas;
mod table;
mod timeouts;
