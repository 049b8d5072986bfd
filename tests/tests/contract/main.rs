//! The contract as somebody reads it who knows nothing but the contract: one test for each
//! statement that no other suite has, in the spelling that such a reader would guess.

#[path = "../support/dependency.rs"]
mod dependency;

mod attributes;
mod circuit;
mod errors;
mod fine_points;
mod rules;
mod saga;
mod values;
