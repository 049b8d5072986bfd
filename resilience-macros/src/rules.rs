//! The rules that wait for a value: for the compiler to apply, or for the call.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    cx::Cx,
    layer::LayerKind,
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
        let asserted = located(quote!(#stack::new(&[#(#layers),*]).assert(#place)), span);
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
    let layers = (0..cx.layers.len()).map(|at| rule(cx, at, Moment::Call));
    Some(quote!(#misconfigured::<#output>(&#site, &[#(#layers),*])))
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
        LayerKind::RateLimit(it) if moment == Moment::Call => {
            let policy = it.policy_of_static(at).map(|policy| quote!(*#policy));
            policy.or_else(|| known.map(|_| cx.policy(at)))
        }
        LayerKind::Bulkhead(it) if moment == Moment::Call => {
            let policy = it.policy_of_static(at).map(|policy| quote!(*#policy));
            policy.or_else(|| known.map(|_| cx.policy(at)))
        }
        _ => known.map(|_| cx.policy(at)),
    };
    let known = option(known.as_ref());
    layer.rule_tokens(&known, cx.root)
}
