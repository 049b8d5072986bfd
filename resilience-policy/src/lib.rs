//! The rulebook.
mod circuit;
pub use circuit::{Circuit, Trip, Window};
