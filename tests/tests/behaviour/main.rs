//! Behaviour of annotated functions, in virtual time.

#[path = "../support/dependency.rs"]
mod dependency;
#[path = "../support/events.rs"]
mod events;

mod circuits;
mod corners;
mod fallback;
mod instrument;
mod retry;
mod sagas;
mod shapes;
mod timeout;
