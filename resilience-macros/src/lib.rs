//! The attributes and the derive of `resilience`.
//!
//! Use them through that crate: the documentation stands on its re-exports.

mod args;
mod classify;
mod collect;
mod cx;
mod docs;
mod errors;
mod layer;
mod limits;
mod lower;
mod names;
mod plan;
mod receiver;
mod rules;
mod stack;
mod suggest;
mod target;
#[cfg(test)]
mod tests;
mod value;

use proc_macro::TokenStream;

macro_rules! attributes {
    ($($word:ident)+) => {$(
        #[allow(missing_docs, reason = "documented on the re-export in `resilience`")]
        #[proc_macro_attribute]
        pub fn $word(args: TokenStream, item: TokenStream) -> TokenStream {
            collect::attribute(stringify!($word), &args.into(), item.into()).into()
        }
    )+};
}

attributes! { retry timeout fallback circuit rate_limit bulkhead hedge cache idempotent compensate saga }

/// Lowers the stack that the attributes above it have collected. Written by them, never by hand.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn __resilience_stack(args: TokenStream, item: TokenStream) -> TokenStream {
    lower::expand(args.into(), &item.into()).into()
}

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
