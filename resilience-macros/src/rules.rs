//! The rules: at expansion, and those that wait for a value, for the compiler or for the call.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use resilience_policy::Stack;

use crate::{
    cx::Cx,
    layer::{Layer, LayerKind},
    names::{item_of, located, option, site, span_of},
    value::Moment,
};

/// Asks the rulebook about what is written, as far as it is known.
pub(crate) fn written<T>(layers: &[Layer], ask: impl FnOnce(Stack<'_>) -> T) -> T {
    let rules: Vec<_> = layers.iter().map(Layer::rule).collect();
    let unknown: Vec<_> = layers.iter().map(Layer::unknown).collect();
    let unknown: Vec<_> = unknown.iter().map(Vec::as_slice).collect();
    ask(Stack::new(&rules).unknown(&unknown))
}

/// Rules about constants, for the compiler to apply: one assertion for each value that was written,
/// at its place, and one for what nobody wrote.
///
/// Items are looked at by `cargo check` already, a constant in the body only when the function
/// is compiled.
pub(crate) fn assertions(cx: &Cx<'_>) -> TokenStream {
    let policies = cx.layers.iter().filter_map(|layer| layer.policy(cx.root));
    let constants: Vec<_> = policies.filter_map(|policy| policy.constant).collect();
    if !constants.iter().any(|constant| constant.named) {
        return TokenStream::new();
    }
    let (stack, name) = (cx.root.private("Stack"), item_of("STACK", 0));
    let layers = (0..cx.layers.len()).map(|at| rule(cx, at, Moment::Constant));
    let unknown = cx.layers.iter().map(|layer| {
        let policy = layer.policy(cx.root);
        let constant = policy.and_then(|policy| policy.constant);
        constant.map_or_else(Vec::new, |constant| constant.unknown.to_vec())
    });
    let unknown: Vec<_> = unknown.collect();
    let unknown = (!unknown.iter().all(Vec::is_empty)).then(|| {
        let unknown = unknown.iter().map(|keys| quote!(&[#(#keys),*]));
        quote!(.unknown(&[#(#unknown),*]))
    });
    let whole = quote!(#stack::new(&[#(#layers),*]) #unknown);
    let asserted = cx.layers.iter().enumerate().flat_map(|(at, layer)| {
        // Where there is one place for all, one assertion will do.
        let mut values = layer.values();
        values.retain(|(key, _)| !key.is_empty());
        let keys: Vec<_> = values.iter().map(|(key, _)| *key).collect();
        let each = values
            .into_iter()
            .map(move |(key, written)| (span_of(written), quote!(.assert(#at, #key))));
        let place = layer.written("").map_or(layer.span, span_of);
        let rest = (place, quote!(.assert_all_but(#at, &[#(#keys),*])));
        each.chain([rest])
    });
    if constants.iter().all(|constant| cx.is_free(constant.tokens)) {
        let asserted =
            asserted.map(|(span, asserts)| located(quote!(const _: () = (&#name) #asserts;), span));
        return quote!(const #name: #stack<'static> = #whole; #(#asserted)*);
    }
    let asserted =
        asserted.map(|(span, asserts)| located(quote!(const { (&#whole) #asserts };), span));
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
    let policy = layer.policy(cx.root);
    let known = policy.as_ref().filter(|policy| policy.moment <= moment);
    let known = match &layer.kind {
        // A constant cannot read a `static`; an assertion of its own does.
        LayerKind::Circuit(it) if moment == Moment::Call => it
            .shared_policy(at)
            .or_else(|| known.map(|_| cx.policy(at))),
        LayerKind::Cache(it) if it.is_path() && moment == Moment::Call => it.path_policy(cx.root),
        _ if moment == Moment::Call => {
            of_static(layer, at).or_else(|| known.map(|_| cx.policy(at)))
        }
        _ => known.map(|_| cx.policy(at)),
    };
    let in_part = || {
        let policy = policy.as_ref().filter(|policy| policy.moment > moment)?;
        let tokens = policy.constant.as_ref()?.tokens;
        let named = cx.item(at, policy);
        Some(named.map_or_else(
            || quote!(const { #tokens }),
            |(name, _)| name.to_token_stream(),
        ))
    };
    let known = known.or_else(in_part);
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
            let asserted = quote!((&#stack::new(&[#(#layers),*])).assert(#place, "fits"););
            Some(located(asserted, span_of(&it.after.written)))
        }
        _ => None,
    });
    asserted.collect()
}
