//! Right programs: each compiles without a warning, under every lint there is, as edition 2021
//! and as edition 2024, and does what it says.
//!
//! One program a file, in folders by topic. What fires in generated code is a bug of the
//! generation: nothing in here allows a lint for its sake.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unused,
    future_incompatible,
    let_underscore,
    nonstandard_style,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    keyword_idents,
    unreachable_pub,
    missing_debug_implementations,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    variant_size_differences,
    unit_bindings,
    explicit_outlives_requirements,
    meta_variable_misuse
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::let_underscore_untyped,
    clippy::let_underscore_must_use,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::clone_on_ref_ptr,
    clippy::mem_forget,
    clippy::exhaustive_structs,
    clippy::items_after_statements,
    clippy::same_name_method,
    clippy::semicolon_inside_block,
    clippy::str_to_string,
    clippy::todo,
    clippy::unneeded_field_pattern,
    clippy::unreachable,
    clippy::unwrap_in_result,
    clippy::unused_result_ok,
    clippy::redundant_type_annotations,
    clippy::rest_pat_in_fully_bound_structs,
    clippy::undocumented_unsafe_blocks,
    clippy::multiple_unsafe_ops_per_block,
    clippy::print_stdout,
    clippy::dbg_macro,
    clippy::get_unwrap,
    clippy::if_then_some_else_none,
    clippy::verbose_file_reads,
    clippy::large_include_file,
    clippy::mod_module_files
)]

use std::{future::Future, pin::Pin};

pub use self::support::{Error, Flaky};

/// A program: its path, and what runs it.
pub type Program = (
    &'static str,
    fn() -> Pin<Box<dyn Future<Output = ()> + Send>>,
);

/// The programs of a topic.
macro_rules! programs {
    ($($program:ident)*) => {
        /// All of them.
        pub const PROGRAMS: &[crate::Program] = &[
            $((concat!(module_path!(), "::", stringify!($program)), || Box::pin($program::run()))),*
        ];
    };
}

pub mod beside;
pub mod derive;
pub mod errors;
pub mod functions;
pub mod generics;
pub mod keys;
pub mod methods;
pub mod names;
pub mod pairs;
pub mod plain;
pub mod sagas;
pub mod strict;
mod support;
pub mod traits;

/// All of them.
pub const PROGRAMS: &[&[Program]] = &[
    beside::PROGRAMS,
    derive::PROGRAMS,
    errors::PROGRAMS,
    functions::PROGRAMS,
    generics::PROGRAMS,
    keys::PROGRAMS,
    methods::PROGRAMS,
    names::PROGRAMS,
    pairs::PROGRAMS,
    plain::PROGRAMS,
    sagas::PROGRAMS,
    strict::PROGRAMS,
    traits::PROGRAMS,
];

#[cfg(test)]
mod tests;
