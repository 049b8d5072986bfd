//! Rows from the suites of other systems, as black-box tests in virtual time. What each row says,
//! where it comes from and which rows we decide otherwise stands in `docs/conformance.md`.

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
mod cancel;
mod classes;
mod composition;
mod delays;
mod fallbacks;
mod retry;
mod sagas;
mod timeouts;
