//! The arguments of the function, kept between attempts.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::Cx;
use crate::{
    layer::LayerKind,
    names::{Root, local, local_of, mentions, span_of},
    receiver::{Form, Param},
};

/// How a layer with several attempts hands out the arguments.
pub(crate) struct Arguments {
    /// Keeps them, before the loop.
    pub(crate) keep: TokenStream,
    /// The pattern and the expression of those of one attempt, where there is something to keep.
    given: Option<(TokenStream, TokenStream)>,
    /// What is bound behind them.
    bound: TokenStream,
}

impl Arguments {
    /// Binds the arguments of one attempt.
    pub(crate) fn next(&self) -> TokenStream {
        let bound = &self.bound;
        match &self.given {
            None => bound.clone(),
            Some((pattern, next)) => quote!(let #pattern = #next; #bound),
        }
    }

    /// What is bound where there is nothing to keep.
    pub(crate) fn bound(&self) -> TokenStream {
        self.bound.clone()
    }

    /// The same in two halves: the arguments as one value, and binding them where it is taken.
    pub(crate) fn handed_over(
        &self,
        given: &Ident,
        root: &Root,
    ) -> Option<(TokenStream, TokenStream)> {
        let (pattern, next) = self.given.as_ref()?;
        let (new, bound) = (root.private("Given"), &self.bound);
        let hand = quote!(let #given = #new::new(#next););
        Some((hand, quote!(let #pattern = #given.take(); #bound)))
    }
}

impl Cx<'_> {
    /// Keeps the arguments before the loop of the layer at `at`, and hands them out in front of each
    /// attempt: as the user wants them bound, or where a layer inside hands them out once more, by
    /// name.
    pub(crate) fn arguments(&self, at: usize, more: &TokenStream) -> Arguments {
        let mut inside = self.layers.iter().skip(at + 1);
        let handed_on =
            inside.any(|layer| matches!(layer.kind, LayerKind::Retry(_) | LayerKind::Hedge(_)));
        let owned: Vec<&Param> = self
            .params
            .iter()
            .filter(|param| param.is_owned())
            .collect();
        let borrowed = self.params.iter().filter(|param| !param.is_owned());
        let again = borrowed.filter(|param| !param.is_plain() || param.form == Form::BorrowedMut);
        let again = again.map(|param| param.bind(&param.reborrow()));
        let again: TokenStream = if handed_on {
            TokenStream::new()
        } else {
            again.collect()
        };
        let this = self.target.owned_receiver();
        if owned.is_empty() && this.is_none() {
            return Arguments {
                keep: TokenStream::new(),
                given: None,
                bound: again,
            };
        }
        let (args, new, argument) = (local("args"), self.root.private("Args"), "argument");
        let names = owned.iter().map(|param| &param.name);
        let kept: Vec<Ident> = owned
            .iter()
            .enumerate()
            .map(|(n, param)| {
                let mut kept = local_of("kept", n);
                kept.set_span(kept.span().located_at(span_of(&param.declared)));
                kept
            })
            .collect();
        // A pattern with a lint attribute needs a statement of its own.
        let (mut patterns, mut bound) = (Vec::new(), TokenStream::new());
        for (param, kept) in owned.iter().zip(&kept) {
            if handed_on {
                patterns.push(param.name.to_token_stream());
            } else if param.lints.is_empty() {
                patterns.push(param.pattern.to_token_stream());
            } else {
                patterns.push(quote!(#kept));
                bound.extend(param.bind(&quote!(#kept)));
            }
        }
        let clones = owned.iter().zip(&kept).map(|(param, kept)| {
            let argument = self.root.private_at(argument, span_of(&param.declared));
            quote!(#argument(#kept))
        });
        // `self` takes part in the tuple, and is assigned anew for each attempt.
        let received = this.as_ref().map(|this| {
            let received = local("received");
            Ident::new(
                &received.to_string(),
                received.span().located_at(this.span()),
            )
        });
        let received = received.into_iter();
        let (given, lent) = (received.clone(), received.clone());
        let clone_of_this = this.iter().zip(received.clone()).map(|(this, received)| {
            let argument = self.root.private_at(argument, this.span());
            quote!(#argument(#received))
        });
        let assigned = this.iter().zip(received);
        let assigned = assigned.map(|(this, received)| quote!(#this = #received; let _ = &#this;));
        let these = this.iter();
        let keep = quote!(let mut #args = #new::new((#(#these,)* #(#names,)*)););
        // Arguments that only an attribute uses are used.
        let used = owned.iter().map(|param| &param.name).filter(|name| {
            let mut layers = self.layers.iter();
            layers.any(|layer| mentions(&layer.tokens, name))
        });
        let pattern = quote!((#(#given,)* #(#patterns,)*));
        let next = quote! {
            (&mut #args).next(#more, |(#(#lent,)* #(#kept,)*)| (#(#clone_of_this,)* #(#clones,)*))
        };
        Arguments {
            keep,
            given: Some((pattern, next)),
            bound: quote!(#(#assigned)* #bound #(let _ = &#used;)* #again),
        }
    }
}
