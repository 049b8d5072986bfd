//! Where names come from: imports, paths, macros, shadowing.

mod a_crate_of_another_name;
mod functions_made_by_a_macro;
mod impls_made_by_a_macro;
mod imports_under_other_names;
mod methods_of_traits_in_scope_have_our_names;
mod paths_and_globs;
mod types_of_the_language_are_shadowed;
mod variants_are_shadowed;

programs! {
    a_crate_of_another_name
    functions_made_by_a_macro
    impls_made_by_a_macro
    imports_under_other_names
    methods_of_traits_in_scope_have_our_names
    paths_and_globs
    types_of_the_language_are_shadowed
    variants_are_shadowed
}
