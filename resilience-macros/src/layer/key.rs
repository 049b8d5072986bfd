//! Keys of results: a written expression, or all arguments.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Pat;

use crate::{
    cx::Cx,
    layer::LayerKind,
    names::{at as at_user, span_of},
    receiver::Param,
};

/// So many parts a tuple can have; further ones stand in a tuple of their own.
const PARTS: usize = 7;

/// What a key needs around it.
pub(super) fn imports(cx: &Cx<'_>) -> TokenStream {
    let module = cx.root.module();
    quote!(use #module::{PartByKind as _, PartByRef as _};)
}

/// The key of the layer at this place, borrowed: the written one, or all arguments.
pub(super) fn key(cx: &Cx<'_>, at: usize, written: Option<&TokenStream>) -> TokenStream {
    if let Some(written) = written {
        return written_key(cx, written);
    }
    let parts: Vec<_> = arguments(cx, at)
        .iter()
        .map(|name| picked(cx, name))
        .collect();
    nested(&parts)
}

/// A written tuple is a key of parts: each may be borrowed in its own way.
fn written_key(cx: &Cx<'_>, written: &TokenStream) -> TokenStream {
    match syn::parse2::<syn::Expr>(written.clone()) {
        Ok(syn::Expr::Tuple(tuple)) if tuple.attrs.is_empty() => {
            let parts = tuple
                .elems
                .iter()
                .map(|part| picked(cx, &part.to_token_stream()));
            nested(&parts.collect::<Vec<_>>())
        }
        _ => picked(cx, written),
    }
}

/// `(&&&PartOf(&(expression))).pick()`
fn picked(cx: &Cx<'_>, part: &TokenStream) -> TokenStream {
    let span = at_user(span_of(part));
    let of = cx.root.private_at("PartOf", span);
    quote_spanned!(span=> (&&&#of(&(#part))).pick())
}

fn nested(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [] => quote!(()),
        [one] => one.clone(),
        few if few.len() <= PARTS + 1 => quote!((#(#few,)*)),
        many => {
            let (first, rest) = many.split_at(PARTS);
            let rest = nested(rest);
            quote!((#(#first,)* #rest))
        }
    }
}

/// All that the body sees of the arguments, under the names it has in front of the layer.
fn arguments(cx: &Cx<'_>, at: usize) -> Vec<TokenStream> {
    // The loop of a retry binds the user's patterns, and so does a signature that keeps them.
    let by_pattern = cx.is_repeated(at) || !is_rebound(cx);
    let names = cx.params.iter().flat_map(|param: &Param| {
        if by_pattern {
            let mut bound = Vec::new();
            bindings(&param.pattern, &mut bound);
            bound
        } else {
            vec![param.name.to_token_stream()]
        }
    });
    names.collect()
}

/// Whether the signature had to give up its patterns.
fn is_rebound(cx: &Cx<'_>) -> bool {
    cx.layers.iter().any(|layer| {
        matches!(
            layer.kind,
            LayerKind::Retry(_) | LayerKind::Fallback(_) | LayerKind::Compensate(_)
        )
    })
}

/// A name. Lints must not take it for the user who uses what is named as unused.
fn named(ident: &Ident) -> TokenStream {
    let mut ident = ident.clone();
    if ident.to_string().starts_with('_') {
        ident.set_span(at_user(ident.span()));
    }
    ident.to_token_stream()
}

/// The names that a pattern binds.
fn bindings(pattern: &Pat, bound: &mut Vec<TokenStream>) {
    match pattern {
        Pat::Ident(it) => {
            bound.push(named(&it.ident));
            if let Some((_, inner)) = &it.subpat {
                bindings(inner, bound);
            }
        }
        Pat::Tuple(it) => it.elems.iter().for_each(|part| bindings(part, bound)),
        Pat::TupleStruct(it) => it.elems.iter().for_each(|part| bindings(part, bound)),
        Pat::Slice(it) => it.elems.iter().for_each(|part| bindings(part, bound)),
        Pat::Struct(it) => it
            .fields
            .iter()
            .for_each(|field| bindings(&field.pat, bound)),
        Pat::Reference(it) => bindings(&it.pat, bound),
        Pat::Paren(it) => bindings(&it.pat, bound),
        Pat::Type(it) => bindings(&it.pat, bound),
        // Each alternative binds the same names.
        Pat::Or(it) => it
            .cases
            .iter()
            .take(1)
            .for_each(|case| bindings(case, bound)),
        _ => {}
    }
}
