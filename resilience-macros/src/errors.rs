//! Errors: each says which rule it is of, and all of them reach the user.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use resilience_policy::Rule;

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
    pub(crate) fn at(
        &mut self,
        rule: Rule,
        tokens: &impl ToTokens,
        otherwise: Span,
        text: impl Display,
    ) {
        self.add(refuse_at(rule, tokens, otherwise, text));
    }

    pub(crate) fn append(&mut self, others: Self) {
        if let Some(error) = others.0 {
            self.add(error);
        }
    }

    /// The value of a result; its error is kept.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.0
            .map_or_else(TokenStream::new, syn::Error::into_compile_error)
    }

    pub(crate) fn into_result<T>(self, value: T) -> syn::Result<T> {
        match self.0 {
            Some(errors) => Err(errors),
            None => Ok(value),
        }
    }
}

/// What `rule` refuses, at this place.
pub(crate) fn refuse(rule: Rule, span: Span, text: impl Display) -> syn::Error {
    spanned(&TokenStream::new(), span, format!("{rule}: {text}"))
}

/// What `rule` refuses, on these tokens, or at `otherwise` if there are none.
pub(crate) fn refuse_at(
    rule: Rule,
    tokens: &impl ToTokens,
    otherwise: Span,
    text: impl Display,
) -> syn::Error {
    spanned(tokens, otherwise, format!("{rule}: {text}"))
}

/// A text on these tokens, or at `otherwise` if there are none.
#[expect(
    clippy::disallowed_methods,
    reason = "all errors are made here, with the number of a rule in front"
)]
pub(crate) fn spanned(tokens: &impl ToTokens, otherwise: Span, text: impl Display) -> syn::Error {
    let stream: TokenStream = tokens.to_token_stream();
    if stream.is_empty() {
        syn::Error::new(otherwise, text)
    } else {
        syn::Error::new_spanned(stream, text)
    }
}
