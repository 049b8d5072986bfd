//! The names that the glue uses, and where its tokens say they stand.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The path of the runtime crate, as the user's crate knows it.
#[derive(Clone)]
pub(crate) struct Root(TokenStream);

impl Root {
    pub(crate) fn new(path: Option<TokenStream>) -> Self {
        Self(path.unwrap_or_else(|| quote!(::resilience)))
    }

    /// `::resilience::__private::name`
    pub(crate) fn private(&self, name: &str) -> TokenStream {
        let root = &self.0;
        let name = Ident::new(name, Span::call_site());
        quote!(#root::__private::#name)
    }

    /// `::resilience::__private::name`, whose errors point at `span`.
    pub(crate) fn private_at(&self, name: &str, span: Span) -> TokenStream {
        located(self.private(name), span)
    }

    /// `::resilience::__private`
    pub(crate) fn module(&self) -> TokenStream {
        let root = &self.0;
        quote!(#root::__private)
    }
}

/// A local of ours: no name of the user's can meet it.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(&format!("__{name}"), Span::mixed_site())
}

/// A local of ours that holds something for a name of the user's.
pub(crate) fn local_for(prefix: &str, name: &Ident) -> Ident {
    let name = name.to_string();
    local(&format!("{prefix}_{}", name.trim_start_matches("r#")))
}

/// A local of ours that belongs to the layer at this place of the stack.
pub(crate) fn local_of(name: &str, layer: usize) -> Ident {
    local(&format!("{name}_{layer}"))
}

/// An item of ours inside the function.
pub(crate) fn item_of(name: &str, layer: usize) -> Ident {
    Ident::new(&format!("__RESILIENCE_{name}_{layer}"), Span::call_site())
}

/// The static of the site.
pub(crate) fn site() -> Ident {
    Ident::new("__RESILIENCE_SITE", Span::call_site())
}

/// The place of the user's tokens in the context of the macro: errors point there, lints do not
/// look there.
pub(crate) fn at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The same tokens, at another place.
pub(crate) fn located(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(at(span));
            token
        })
        .collect()
}
