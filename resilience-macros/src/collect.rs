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
//!
//! Only `#[tokio::main]`, `#[tokio::test]` and the like are known by name: they make a function
//! that is not `async`, so the hidden attribute stands in front of them.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;

/// The name of the hidden attribute.
pub(crate) const MARKER: &str = "__resilience_stack";

pub(crate) fn attribute(word: &str, args: &TokenStream, item: TokenStream) -> TokenStream {
    let word = Ident::new(word, Span::call_site());
    let entry = quote!(#word(#args));
    let (mut attributes, rest) = split(item);
    if let Some(collected) = attributes.iter_mut().find_map(marker_args) {
        *collected = quote!(#collected #entry);
    } else {
        let root = crate_path(args)
            .or_else(|| attributes.iter().find_map(|attr| crate_path(&attr.args)))
            .unwrap_or_else(|| quote!(::resilience));
        let marker = Ident::new(MARKER, Span::call_site());
        // In front of what takes the `async` away.
        let runner = attributes.iter().position(Attribute::is_runner);
        let place = runner.unwrap_or(attributes.len());
        let marker = Attribute {
            path: quote!(#root::__private::#marker),
            args: entry,
            written: None,
        };
        attributes.insert(place, marker);
    }
    let attributes = attributes.iter().map(Attribute::tokens);
    quote!(#(#attributes)* #rest)
}

/// An outer attribute, as far as this stage looks into it.
struct Attribute {
    path: TokenStream,
    args: TokenStream,
    /// The attribute as it was written, `#` included: the compiler points there for what goes
    /// wrong inside. `None` for the marker.
    written: Option<TokenStream>,
}

impl Attribute {
    fn new(pound: TokenTree, group: Group) -> Self {
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
            written: Some([pound, group.into()].into_iter().collect()),
        }
    }

    /// Whether it is `#[tokio::main]`, `#[tokio::test]` or the like.
    fn is_runner(&self) -> bool {
        let last = self.path.clone().into_iter().last();
        matches!(&last, Some(TokenTree::Ident(ident)) if ident == "main" || ident == "test")
    }

    fn tokens(&self) -> TokenStream {
        if let Some(written) = &self.written {
            return written.clone();
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
    attribute.written = None;
    Some(&mut attribute.args)
}

/// The outer attributes of an item, and the rest of it.
fn split(item: TokenStream) -> (Vec<Attribute>, TokenStream) {
    let (attributes, rest) = outer_attributes(item);
    let attributes = attributes.into_iter();
    let attributes = attributes.map(|(pound, group)| Attribute::new(pound, group));
    (attributes.collect(), rest)
}

/// The outer attributes of an item, as they are written, and the rest of it.
pub(crate) fn outer_attributes(item: TokenStream) -> (Vec<(TokenTree, Group)>, TokenStream) {
    let mut attributes = Vec::new();
    let mut tokens = bare(item).into_iter();
    loop {
        match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Punct(pound)), Some(TokenTree::Group(group)))
                if pound.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
            {
                attributes.push((pound.into(), group));
            }
            (first, second) => {
                let rest = first.into_iter().chain(second).chain(tokens);
                return (attributes, rest.collect());
            }
        }
    }
}

/// The tokens without the invisible groups that `macro_rules!` variables put around them.
pub(crate) fn bare(mut tokens: TokenStream) -> TokenStream {
    loop {
        let mut all = tokens.clone().into_iter();
        match (all.next(), all.next()) {
            (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
                tokens = group.stream();
            }
            _ => return tokens,
        }
    }
}

/// The value of a top-level `crate = path`. What is no path is reported later.
fn crate_path(args: &TokenStream) -> Option<TokenStream> {
    let mut tokens = args.clone().into_iter();
    while let Some(token) = tokens.next() {
        if matches!(&token, TokenTree::Ident(ident) if ident == "crate")
            && matches!(tokens.next(), Some(TokenTree::Punct(p)) if p.as_char() == '=')
        {
            let is_comma =
                |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
            let path: TokenStream = tokens.take_while(|token| !is_comma(token)).collect();
            return is_path(&path).then_some(path);
        }
    }
    None
}

/// Whether these tokens can be the path of a crate.
pub(crate) fn is_path(tokens: &TokenStream) -> bool {
    let mut last = None;
    for token in bare(tokens.clone()) {
        match &token {
            TokenTree::Ident(_) => {}
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            _ => return false,
        }
        last = Some(token);
    }
    matches!(last, Some(TokenTree::Ident(_)))
}
