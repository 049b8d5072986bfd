//! Parameters: types, constants, lifetimes, closures.

mod closures_as_arguments;
mod constants_as_parameters;
mod generic_errors;
mod impl_trait_as_arguments;
mod lifetimes_of_every_kind;
mod types_and_where_clauses;

programs! {
    closures_as_arguments
    constants_as_parameters
    generic_errors
    impl_trait_as_arguments
    lifetimes_of_every_kind
    types_and_where_clauses
}
