//! What stands in the place of a value that is not known yet.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;

/// A value that breaks no rule by itself, in the place of one that is not known yet.
pub(crate) trait StandIn: Sized {
    fn value() -> Self;
    fn tokens() -> TokenStream;
}

impl StandIn for u32 {
    fn value() -> Self {
        1
    }

    fn tokens() -> TokenStream {
        quote!(1)
    }
}

impl StandIn for Duration {
    fn value() -> Self {
        Self::from_nanos(1)
    }

    fn tokens() -> TokenStream {
        quote!(::core::time::Duration::from_nanos(1))
    }
}

impl StandIn for f64 {
    fn value() -> Self {
        1.0
    }

    fn tokens() -> TokenStream {
        quote!(1.0_f64)
    }
}

/// Of a window only that it is written.
impl StandIn for () {
    fn value() -> Self {}

    fn tokens() -> TokenStream {
        TokenStream::new()
    }
}
