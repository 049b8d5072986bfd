//! The contract as somebody reads it who knows nothing but the contract: one test for each
//! statement that no other suite has, in the spelling that such a reader would guess.

#![allow(
    clippy::unused_async,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::drop_non_drop,
    reason = "what a test calls need not wait, and a failed test may panic"
)]

#[path = "../support/dependency.rs"]
mod dependency;

mod attributes;
mod circuit;
mod errors;
mod fine_points;
mod rules;
mod saga;
mod values;
