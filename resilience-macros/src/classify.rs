//! `#[derive(Classify)]`: attributes ([`attr`]) → what they mean ([`ast`]) → an impl ([`expand`]).
//!
//! Reading may fail, with every error at once; expanding cannot.

mod ast;
mod attr;
mod expand;
mod keys;
mod subject;
#[cfg(test)]
mod tests;

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use resilience_policy::Rule;

use crate::errors::{refuse, refuse_at};

/// The impl of `Classify`; or every error there is and an impl that keeps later code quiet.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let item = match ast::Item::read(input) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let krate = attr::krate(&item.attrs);
    let meaning = ast::Meaning::new(&item, &mut errors);
    match (errors.0.into_iter().reduce(combined), meaning) {
        (None, Some(meaning)) => expand::meaning(&item, &krate, &meaning),
        (errors, _) => {
            let errors = errors.map(syn::Error::into_compile_error);
            let fallback = expand::fallback(&item, &krate);
            quote::quote!(#errors #fallback)
        }
    }
}

fn combined(mut all: syn::Error, next: syn::Error) -> syn::Error {
    all.combine(next);
    all
}

/// Everything that is wrong, in the order in which it stands.
#[derive(Default)]
struct Errors(Vec<syn::Error>);

impl Errors {
    fn at(&mut self, rule: Rule, span: Span, text: impl Display) {
        self.0.push(refuse(rule, span, text));
    }

    fn on(&mut self, rule: Rule, tokens: impl ToTokens, text: impl Display) {
        self.0
            .push(refuse_at(rule, &tokens, Span::call_site(), text));
    }

    fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }
}
