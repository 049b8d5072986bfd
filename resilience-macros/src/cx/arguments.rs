//! The arguments of the function, kept between attempts.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Cx;
use crate::{
    names::{local, local_of, mentions, span_of},
    receiver::{Form, Param},
};

impl Cx<'_> {
    /// Keeps the arguments before the loop, and hands them out in front of each attempt.
    pub(crate) fn arguments(&self, more: &TokenStream) -> (TokenStream, TokenStream) {
        let owned: Vec<&Param> = self
            .params
            .iter()
            .filter(|param| param.is_owned())
            .collect();
        let borrowed = self.params.iter().filter(|param| !param.is_owned());
        let again = borrowed.filter(|param| !param.is_plain() || param.form == Form::BorrowedMut);
        let again = again.map(|param| {
            let (pattern, reborrow) = (&param.pattern, param.reborrow());
            quote!(let #pattern = #reborrow;)
        });
        let again: TokenStream = again.collect();
        if owned.is_empty() {
            return (TokenStream::new(), again);
        }
        let (args, new, argument) = (local("args"), self.root.private("Args"), "argument");
        let names = owned.iter().map(|param| &param.name);
        let patterns = owned.iter().map(|param| &param.pattern);
        let kept: Vec<Ident> = owned
            .iter()
            .enumerate()
            .map(|(n, param)| {
                let mut kept = local_of("kept", n);
                kept.set_span(kept.span().located_at(span_of(&param.declared)));
                kept
            })
            .collect();
        let clones = owned.iter().zip(&kept).map(|(param, kept)| {
            let argument = self.root.private_at(argument, span_of(&param.declared));
            quote!(#argument(#kept))
        });
        let keep = quote!(let mut #args = #new::new((#(#names,)*)););
        // Arguments that only an attribute uses are used.
        let used = owned.iter().map(|param| &param.name).filter(|name| {
            let mut layers = self.layers.iter();
            layers.any(|layer| mentions(&layer.tokens, name))
        });
        let next = quote! {
            let (#(#patterns,)*) = #args.next(#more, |(#(#kept,)*)| (#(#clones,)*));
            #(let _ = &#used;)*
            #again
        };
        (keep, next)
    }
}
