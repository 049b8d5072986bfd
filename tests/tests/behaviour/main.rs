//! Behaviour of annotated functions, in virtual time.
#![allow(
    clippy::unwrap_used,
    clippy::unused_async,
    clippy::unnecessary_wraps,
    reason = "helpers of tests are tests; undos and fallbacks look alike whatever they do"
)]

#[path = "../support/dependency.rs"]
mod dependency;
#[path = "../support/events.rs"]
mod events;

mod blocking;
mod bulkheads;
mod cache;
mod circuits;
mod computed;
mod corners;
mod fallback;
mod hedge;
mod idempotent;
mod instrument;
mod rate_limits;
mod retry;
mod sagas;
mod shapes;
mod sizes;
mod timeout;
mod tower;
