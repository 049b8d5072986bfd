//! `#[derive(Classify)]`, each of its forms.

mod computed_and_defaulted;
mod every_class;
mod generic_types;
mod inherited_and_by_status;
mod structs;
mod types_made_by_a_macro;

programs! {
    computed_and_defaulted
    every_class
    generic_types
    inherited_and_by_status
    structs
    types_made_by_a_macro
}
