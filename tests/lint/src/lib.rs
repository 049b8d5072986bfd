//! Generated code under every lint there is: it compiles, and clippy finds nothing.
//!
//! Nothing in here allows a lint: what fires in generated code is a bug of the generation.
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
    unused_results,
    variant_size_differences,
    unit_bindings,
    explicit_outlives_requirements,
    meta_variable_misuse,
    non_ascii_idents
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::let_underscore_untyped,
    clippy::let_underscore_must_use,
    clippy::wildcard_enum_match_arm,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::clone_on_ref_ptr,
    clippy::mem_forget,
    clippy::missing_trait_methods,
    clippy::pattern_type_mismatch,
    clippy::exhaustive_structs,
    clippy::items_after_statements,
    clippy::same_name_method,
    clippy::semicolon_inside_block,
    clippy::str_to_string,
    clippy::string_add,
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

pub mod bare;
pub mod hedged;
pub mod methods;
pub mod plain;
pub mod shadowed;
pub mod steps;

mod error;

pub use error::Error;

#[cfg(test)]
mod tests;
