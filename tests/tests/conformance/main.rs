//! Rows from the suites of other systems, as black-box tests in virtual time. What each row says,
//! where it comes from and which rows we decide otherwise stands in `docs/conformance.md`.

#[path = "../support/dependency.rs"]
mod dependency;

mod budgets;
mod cancel;
mod classes;
mod composition;
mod delays;
mod fallbacks;
mod retry;
mod sagas;
mod timeouts;
