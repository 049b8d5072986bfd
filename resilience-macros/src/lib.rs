//! The macros.

mod classify;
mod suggest;

use proc_macro::TokenStream;

#[proc_macro_derive(
    Classify,
    attributes(retryable, throttled, permanent, inherit, by_status, classify)
)]
pub fn derive_classify(input: TokenStream) -> TokenStream {
    classify::derive(input.into()).into()
}
