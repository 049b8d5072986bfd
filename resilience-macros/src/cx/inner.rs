//! What lies inside a layer.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// What lies inside a layer: statements, and an expression behind them.
pub(crate) struct Inner {
    /// Statements to run each time before the expression is evaluated.
    pub(crate) setup: TokenStream,
    /// A future; or, if `awaited`, an expression that awaits.
    pub(crate) future: TokenStream,
    /// The limits in `setup`: whether one has cut is known behind the await.
    pub(crate) limits: Vec<Ident>,
    pub(crate) awaited: bool,
}

impl Inner {
    /// Whether it is a future, and nothing else.
    pub(crate) fn is_plain(&self) -> bool {
        !self.awaited && self.setup.is_empty()
    }

    pub(crate) fn into_awaited(self) -> Self {
        if self.awaited {
            return self;
        }
        let future = self.future;
        Self {
            future: quote!(#future.await),
            awaited: true,
            ..self
        }
    }

    pub(crate) fn into_future(self) -> Self {
        if !self.awaited {
            return self;
        }
        let (setup, future) = (self.setup, self.future);
        let future = quote!(async { #setup #future });
        Self {
            setup: TokenStream::new(),
            future,
            limits: Vec::new(),
            awaited: false,
        }
    }

    /// Whether a timeout inside ended the attempt.
    pub(crate) fn timed_out(&self) -> TokenStream {
        let limits = &self.limits;
        if limits.is_empty() {
            quote!(false)
        } else {
            quote!(#((&#limits).has_cut())||*)
        }
    }
}
