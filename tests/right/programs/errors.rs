//! The user's own errors, of every kind.

mod a_rejection_is_the_error;
mod anyhow_errors;
mod boxed_errors;
mod errors_behind_an_arc;
mod errors_of_thiserror;
mod errors_that_are_only_debug;
mod errors_that_borrow;

programs! {
    a_rejection_is_the_error
    anyhow_errors
    boxed_errors
    errors_behind_an_arc
    errors_of_thiserror
    errors_that_are_only_debug
    errors_that_borrow
}
