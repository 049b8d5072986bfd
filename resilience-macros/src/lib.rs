//! The macros.

mod classify;
mod suggest;

use proc_macro::TokenStream;

#[expect(
    missing_docs,
    reason = "documented on the re-export in `resilience`, where examples run"
)]
#[proc_macro_derive(
    Classify,
    attributes(retryable, throttled, permanent, inherit, by_status, classify)
)]
pub fn derive_classify(input: TokenStream) -> TokenStream {
    classify::derive(input.into()).into()
}
