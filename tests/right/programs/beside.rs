//! Other attributes beside ours, above and below.

mod attributes_of_tools;
mod configured_attributes;
mod deprecated_functions;
mod instrumented_above_and_below;
mod lints_that_the_user_allows_and_expects;
mod words_about_the_function;

programs! {
    attributes_of_tools
    configured_attributes
    deprecated_functions
    instrumented_above_and_below
    lints_that_the_user_allows_and_expects
    words_about_the_function
}
