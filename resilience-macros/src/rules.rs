//! The rules that wait for a value: for the compiler to apply, or for the call.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    cx::Cx,
    layer::{Layer, LayerKind},
    names::{located, option, site, span_of},
    value::Moment,
};

/// Rules about constants, for the compiler to apply: one assertion for each layer that holds one,
/// on the values that were written for it.
///
/// Items are looked at by `cargo check` already, a constant in the body only when the function
/// is compiled.
pub(crate) fn assertions(cx: &Cx<'_>) -> TokenStream {
    let constants: Vec<_> = cx
        .layers
        .iter()
        .filter_map(|layer| layer.policy(cx.root))
        .filter(|policy| policy.moment == Moment::Constant)
        .collect();
    if constants.is_empty() {
        return TokenStream::new();
    }
    let stack = cx.root.private("Stack");
    let layers: Vec<_> = (0..cx.layers.len())
        .map(|at| rule(cx, at, Moment::Constant))
        .collect();
    let in_items = constants.iter().all(|policy| cx.is_free(policy.tokens));
    let asserted = cx.layers.iter().enumerate().map(|(place, layer)| {
        let span = layer.constant().map_or(layer.span, span_of);
        let asserted = located(quote!((&#stack::new(&[#(#layers),*])).assert(#place)), span);
        if in_items {
            quote!(const _: () = #asserted;)
        } else {
            quote!(const { #asserted };)
        }
    });
    asserted.collect()
}

/// The rules about values that are known only now: an expression of `Some(rejection)`, as an
/// outcome, if one is broken. `None` where every value is known before.
pub(crate) fn misconfigured(cx: &Cx<'_>) -> Option<TokenStream> {
    let mut policies = cx.layers.iter().filter_map(|layer| layer.policy(cx.root));
    if !policies.any(|policy| policy.moment == Moment::Call) {
        return None;
    }
    let (misconfigured, site, output) = (cx.root.private("misconfigured"), site(), cx.output());
    let error = cx.error();
    let layers = (0..cx.layers.len()).map(|at| rule(cx, at, Moment::Call));
    Some(quote!(#misconfigured::<#output, #error>(&#site, &[#(#layers),*])))
}

/// The layer as the rulebook will see it at `moment`.
fn rule(cx: &Cx<'_>, at: usize, moment: Moment) -> TokenStream {
    let Some(layer) = cx.layers.get(at) else {
        return TokenStream::new();
    };
    let known = layer
        .policy(cx.root)
        .filter(|policy| policy.moment <= moment);
    let known = match &layer.kind {
        // A constant cannot read a `static`; an assertion of its own does.
        LayerKind::Circuit(it) if moment == Moment::Call => it
            .shared_policy(at)
            .or_else(|| known.map(|_| cx.policy(at))),
        _ if moment == Moment::Call => {
            of_static(layer, at).or_else(|| known.map(|_| cx.policy(at)))
        }
        _ => known.map(|_| cx.policy(at)),
    };
    let known = option(known.as_ref());
    layer.rule_tokens(&known, cx.root)
}

/// The policy that a `static` holds, for layers that have but the path of it.
fn of_static(layer: &Layer, at: usize) -> Option<TokenStream> {
    let policy = match &layer.kind {
        LayerKind::RateLimit(it) => it.policy_of_static(at),
        LayerKind::Bulkhead(it) => it.policy_of_static(at),
        _ => None,
    };
    policy.map(|policy| quote!(*#policy))
}

/// Whether everything inside fits into the timeouts above the layer that ask for proof, with a value
/// that only a `static` may read: assertions for a `static` of the layer.
pub(crate) fn proofs(cx: &Cx<'_>, at: usize) -> TokenStream {
    let known = |layer: &Layer| {
        let policy = layer.policy(cx.root);
        policy.is_none_or(|it| it.moment < Moment::Call && cx.is_free(it.tokens))
    };
    if !cx.layers.iter().all(known) {
        return TokenStream::new();
    }
    let stack = cx.root.private("Stack");
    let layers: Vec<_> = cx
        .layers
        .iter()
        .enumerate()
        .map(|(place, layer)| match of_static(layer, place) {
            Some(policy) => layer.rule_tokens(&option(Some(&policy)), cx.root),
            None => rule(cx, place, Moment::Constant),
        })
        .collect();
    let above = cx.layers.iter().enumerate().take(at);
    let asserted = above.filter_map(|(place, layer)| match &layer.kind {
        LayerKind::Timeout(it) if it.fits => {
            let asserted = quote!(#stack::new(&[#(#layers),*]).assert(#place););
            Some(located(asserted, span_of(&it.after.written)))
        }
        _ => None,
    });
    asserted.collect()
}
