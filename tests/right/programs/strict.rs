//! Public functions, with all the documentation and care that lints can ask for.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::missing_trait_methods,
    clippy::pattern_type_mismatch,
    clippy::string_add,
    clippy::wildcard_enum_match_arm,
    unused_results
)]

pub mod bare;
mod error;
pub mod hedged;
pub mod methods;
pub mod plain;
pub mod shadowed;
pub mod steps;

mod all_that_lints_look_at;

pub use self::error::Error;

programs! {
    all_that_lints_look_at
}
