//! A list of errors, all of which reach the user.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Collects what is wrong, so that it is reported at once.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// An error on these tokens, or on `otherwise` if there are none.
    pub(crate) fn at(&mut self, tokens: &impl ToTokens, otherwise: Span, text: impl Display) {
        self.add(error_at(tokens, otherwise, text));
    }

    /// The value of a result; its error is kept.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    pub(crate) fn into_result<T>(self, value: T) -> syn::Result<T> {
        match self.0 {
            Some(errors) => Err(errors),
            None => Ok(value),
        }
    }
}

pub(crate) fn error_at(tokens: &impl ToTokens, otherwise: Span, text: impl Display) -> syn::Error {
    let stream: TokenStream = tokens.to_token_stream();
    if stream.is_empty() {
        syn::Error::new(otherwise, text)
    } else {
        syn::Error::new_spanned(stream, text)
    }
}
