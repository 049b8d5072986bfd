//! The front-end outside a compiler.

mod expansion;
mod hostile;
mod pairs;
mod soup;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::{collect, lower};

pub(crate) fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap()
}

/// What the compiler makes of attributes, the outermost first, over an item.
pub(crate) fn expand(attributes: &[(&str, TokenStream)], item: &TokenStream) -> TokenStream {
    let collected = attributes.iter().map(|(word, args)| {
        let word = Ident::new(word, Span::call_site());
        quote!(#word(#args))
    });
    lower::expand(collected.collect(), item)
}
