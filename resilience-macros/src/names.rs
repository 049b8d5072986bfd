//! The names that the glue uses, and where its tokens say they stand.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt as _;

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

/// A local of ours that belongs to the layer at this place of the stack.
pub(crate) fn local_of(name: &str, layer: usize) -> Ident {
    local(&format!("{name}_{layer}"))
}

/// A local of ours that stands for an argument.
pub(crate) fn local_for(word: &str, argument: &Ident) -> Ident {
    local(&format!("{word}_{}", argument.unraw()))
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

/// The same tokens with the names they mean, at another place and at any depth.
pub(crate) fn relocated(tokens: TokenStream, span: Span) -> TokenStream {
    let relocate = |mut token: TokenTree| {
        let place = token.span().located_at(span);
        if let TokenTree::Group(group) = &token {
            let inside = relocated(group.stream(), span);
            token = TokenTree::Group(Group::new(group.delimiter(), inside));
        }
        token.set_span(place);
        token
    };
    tokens.into_iter().map(relocate).collect()
}

/// `Some(…)` or `None`.
pub(crate) fn option(value: Option<&TokenStream>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}

/// A reference to a static of the user's; what is wrong with its type is said there.
pub(crate) fn lent(path: &TokenStream) -> TokenStream {
    let span = at(span_of(path));
    quote_spanned!(span=> &#path)
}

/// The place of the first token.
pub(crate) fn span_of(tokens: &impl ToTokens) -> Span {
    let first = tokens.to_token_stream().into_iter().next();
    first.map_or_else(Span::call_site, |token| token.span())
}

/// Whether these tokens name it, at any depth.
pub(crate) fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    find(tokens, &name.to_string()).is_some()
}

/// The first identifier with this name, at any depth.
pub(crate) fn find(tokens: &TokenStream, name: &str) -> Option<Ident> {
    tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == name => Some(ident),
        TokenTree::Group(group) => find(&group.stream(), name),
        _ => None,
    })
}

/// Whether these tokens hold a name of one letter, as constant parameters have it.
pub(crate) fn names_letter(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match &token {
        TokenTree::Group(group) => names_letter(&group.stream()),
        TokenTree::Ident(ident) => ident != "_" && ident.to_string().len() == 1,
        _ => false,
    })
}

/// Whether these tokens hold a path such as `Type::CONSTANT`.
pub(crate) fn names_type(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter().peekable();
    let mut after_colon = false;
    while let Some(token) = tokens.next() {
        let found = match &token {
            TokenTree::Group(group) => names_type(&group.stream()),
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let goes_on =
                    matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == ':');
                !after_colon && goes_on && name.starts_with(|c: char| c.is_uppercase())
            }
            _ => false,
        };
        if found {
            return true;
        }
        after_colon = matches!(&token, TokenTree::Punct(p) if p.as_char() == ':');
    }
    false
}
