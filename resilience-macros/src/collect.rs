//! Collects the attributes of one function, top to bottom.
//!
//! The compiler expands attributes from the top. Each of ours only notes itself in a hidden
//! attribute that stands last and lowers the stack when the others are done:
//!
//! ```text
//! #[retry(max = 3)] #[timeout(2s)] async fn f() { … }
//! #[timeout(2s)] #[__resilience_stack(retry(max = 3))] async fn f() { … }
//! #[__resilience_stack(retry(max = 3) timeout(2s))] async fn f() { … }
//! ```
//!
//! So the compiler resolves every name: attributes that are imported under another name, written
//! with a path or come through `cfg_attr` need no special care.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;

/// The name of the hidden attribute.
pub(crate) const MARKER: &str = "__resilience_stack";

pub(crate) fn attribute(word: &str, args: TokenStream, item: TokenStream) -> TokenStream {
    let word = Ident::new(word, Span::call_site());
    let entry = quote!(#word(#args));
    let (mut attributes, rest) = split(item);
    match attributes.iter_mut().find_map(marker_args) {
        Some(collected) => *collected = quote!(#collected #entry),
        None => {
            let root = crate_path(&args)
                .or_else(|| attributes.iter().find_map(|attr| crate_path(&attr.args)))
                .unwrap_or_else(|| quote!(::resilience));
            let marker = Ident::new(MARKER, Span::call_site());
            attributes.push(Attribute {
                path: quote!(#root::__private::#marker),
                args: entry,
                delimited: None,
            });
        }
    }
    let attributes = attributes.iter().map(Attribute::tokens);
    quote!(#(#attributes)* #rest)
}

/// An outer attribute, as far as this stage looks into it.
struct Attribute {
    path: TokenStream,
    args: TokenStream,
    /// The attribute as it was written, unless it is the marker.
    delimited: Option<Group>,
}

impl Attribute {
    fn new(group: Group) -> Self {
        let mut path = TokenStream::new();
        let mut args = TokenStream::new();
        for token in group.stream() {
            match token {
                TokenTree::Group(inner) => {
                    args = inner.stream();
                    break;
                }
                other => path.extend([other]),
            }
        }
        Self {
            path,
            args,
            delimited: Some(group),
        }
    }

    fn tokens(&self) -> TokenStream {
        if let Some(group) = &self.delimited {
            return quote!(# #group);
        }
        let Self { path, args, .. } = self;
        quote!(#[#path(#args)])
    }
}

/// The list in the marker, ready to be added to.
fn marker_args(attribute: &mut Attribute) -> Option<&mut TokenStream> {
    let last = attribute.path.clone().into_iter().last()?;
    if !matches!(&last, TokenTree::Ident(ident) if ident == MARKER) {
        return None;
    }
    attribute.delimited = None;
    Some(&mut attribute.args)
}

/// The outer attributes of an item, and the rest of it.
fn split(item: TokenStream) -> (Vec<Attribute>, TokenStream) {
    let mut attributes = Vec::new();
    let mut tokens = item.into_iter().peekable();
    while let Some(TokenTree::Punct(punct)) = tokens.peek() {
        if punct.as_char() != '#' {
            break;
        }
        let pound = tokens.next();
        match tokens.next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
                attributes.push(Attribute::new(group));
            }
            other => {
                let rest = pound.into_iter().chain(other).chain(tokens);
                return (attributes, rest.collect());
            }
        }
    }
    (attributes, tokens.collect())
}

/// The value of a top-level `crate = path`.
fn crate_path(args: &TokenStream) -> Option<TokenStream> {
    let mut tokens = args.clone().into_iter();
    while let Some(token) = tokens.next() {
        if matches!(&token, TokenTree::Ident(ident) if ident == "crate")
            && matches!(tokens.next(), Some(TokenTree::Punct(p)) if p.as_char() == '=')
        {
            let is_comma =
                |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
            return Some(tokens.take_while(|token| !is_comma(token)).collect());
        }
    }
    None
}
