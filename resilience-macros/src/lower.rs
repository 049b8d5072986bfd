//! From a plan to tokens, from the inside out.

mod body;
mod items;

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::quote;

use crate::{
    cx::{Cx, Inner},
    docs,
    errors::Errors,
    layer::{Layer, LayerKind, timeout::Timeout},
    names::{find, local, local_of},
    plan::Plan,
    rules,
    stack::Stack,
    target::{Kind, Target},
    value::Moment,
};

/// Lowers the collected stack over the function below it.
pub(crate) fn expand(collected: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let target = match Target::read(item.clone()) {
        Ok(target) => target,
        Err(error) => {
            // Errors about the attributes are worth saying even where the item is none of ours.
            Stack::parse(collected, &mut errors);
            errors.add(error);
            let errors = errors.into_compile_errors();
            return quote!(#item #errors);
        }
    };
    let stack = Stack::parse(collected, &mut errors);
    match Plan::new(target, stack, errors) {
        Ok(plan) => lower(&plan),
        Err(errors) => {
            let errors = errors.into_compile_error();
            quote!(#item #errors)
        }
    }
}

fn lower(plan: &Plan) -> TokenStream {
    let (target, root, layers, params) = plan.parts();
    let needs_call = needs_call(layers);
    let cx = Cx {
        root,
        target,
        params,
        layers,
        needs_call,
        asks_for_attempts: asks_for_attempts(target, layers),
    };
    let mut inner = body::body(&cx);
    for (at, layer) in layers.iter().enumerate().rev() {
        inner = match &layer.kind {
            LayerKind::Retry(it) => it.wrap(&cx, at, inner),
            LayerKind::Timeout(_) => Timeout::wrap(&cx, at, inner),
            LayerKind::Fallback(it) => it.wrap(&cx, at, inner),
            LayerKind::Circuit(it) => it.wrap(&cx, at, inner),
            LayerKind::RateLimit(it) => it.wrap(&cx, at, inner),
            LayerKind::Bulkhead(it) => it.wrap(&cx, at, inner),
            LayerKind::Hedge(it) => it.wrap(&cx, at, inner),
            LayerKind::Cache(it) => it.wrap(&cx, at, inner),
            LayerKind::Idempotent(it) => it.wrap(&cx, at, inner),
            LayerKind::Compensate(it) => it.wrap(&cx, at, inner),
            LayerKind::Saga(it) => it.wrap(&cx, inner),
        };
    }
    let Inner { setup, future, .. } = inner.into_awaited();
    let (items, prologue) = (items::items(&cx, plan), prologue(&cx));
    // Up to edition 2021 a tail drops its temporaries behind the locals that they borrow.
    let whole = if prologue.is_empty() && setup.is_empty() {
        future
    } else {
        let (outcome, output) = (local("outcome"), cx.output());
        quote!(#prologue #setup let #outcome: #output = #future; #outcome)
    };
    let inner_attributes = body::inner_attributes(&target.body);
    let whole = match target.kind {
        Kind::Async => quote!(#items #whole),
        Kind::Future => quote!(#items async move { #whole }),
        Kind::Plain => {
            let block = cx.root.private("block");
            quote!(#items #block(async move { #whole }))
        }
        Kind::Boxed => quote!(#items ::std::boxed::Box::pin(async move { #whole })),
    };
    let [above, inside] = docs::section(layers, target.attributes(), &inner_attributes);
    let head = target.head(&above);
    let mut block = Group::new(Delimiter::Brace, quote!(#inner_attributes #inside #whole));
    // The user's own braces: the span of the function ends with them, and lints about the function
    // (that it is never used, say) look at that span.
    block.set_span(target.body.span());
    quote!(#head #block)
}

/// Whether a layer above needs to know more than the error says: a step whether the body ran, a
/// circuit whether a layer inside has rejected.
fn needs_call(layers: &[Layer]) -> bool {
    use LayerKind::{Bulkhead, Circuit, Compensate, RateLimit};
    let mut kinds = layers.iter().map(|layer| &layer.kind);
    if kinds.clone().any(|kind| matches!(kind, Compensate(_))) {
        return true;
    }
    kinds.any(|kind| matches!(kind, Circuit(_)))
        && kinds.any(|kind| matches!(kind, Circuit(_) | RateLimit(_) | Bulkhead(_)))
}

/// What is evaluated once, when the call is made: policies, keys, copies for later.
fn prologue(cx: &Cx<'_>) -> TokenStream {
    let policies = cx.layers.iter().enumerate().filter_map(|(at, layer)| {
        let policy = layer.policy(cx.root)?;
        let late = policy.constant.as_ref().and_then(|constant| constant.late);
        let (declared, local) = (&policy.declared, local_of("policy", at));
        let tokens = match (cx.item(at, &policy), late) {
            (Some((name, _)), Some(late)) => quote!(#name #late),
            _ => policy.tokens.clone(),
        };
        (policy.moment == Moment::Call).then(|| quote!(let #local: #declared = #tokens;))
    });
    let call = cx.needs_call.then(|| {
        let (call, new) = (local("call"), cx.root.private("Call"));
        quote!(let #call = &#new::new();)
    });
    let layers = cx
        .layers
        .iter()
        .enumerate()
        .map(|(at, layer)| match &layer.kind {
            LayerKind::Circuit(it) => it.prologue(cx, at),
            LayerKind::RateLimit(it) => it.prologue(cx, at),
            LayerKind::Bulkhead(it) => it.prologue(cx, at),
            LayerKind::Fallback(it) => it.prologue(cx, at),
            LayerKind::Compensate(it) => it.prologue(cx, at),
            _ => TokenStream::new(),
        });
    let check = check(cx);
    let runs = cx.asks_for_attempts.then(|| runs(cx));
    quote!(#(#policies)* #check #call #runs #(#layers)*)
}

/// Whether the body names `Attempt` where it may run more than once. Its text is searched first: that
/// is one question, and most have no such word.
fn asks_for_attempts(target: &Target, layers: &[Layer]) -> bool {
    let several = |layer: &Layer| matches!(layer.kind, LayerKind::Retry(_) | LayerKind::Hedge(_));
    layers.iter().any(several)
        && target.body.to_string().contains("Attempt")
        && find(&target.body.stream(), "Attempt").is_some()
}

/// `let runs = &Runs::new(&[Retry::retries(&POLICY)]);`
fn runs(cx: &Cx<'_>) -> TokenStream {
    let (runs, new) = (local("runs"), cx.root.private("Runs"));
    let layers = cx.layers.iter().enumerate();
    let more = layers.filter_map(|(at, layer)| {
        let (policy, count) = match &layer.kind {
            LayerKind::Retry(_) => (cx.root.private("Retry"), quote!(retries)),
            LayerKind::Hedge(_) => (cx.root.private("Hedge"), quote!(hedges)),
            _ => return None,
        };
        let value = cx.policy(at);
        Some(quote!(#policy::#count(&#value)))
    });
    quote!(let #runs = &#new::new(&[#(#more),*]);)
}

/// Ends the call if a value that is known only now breaks a rule. A fallback is for every error,
/// so it looks for itself.
fn check(cx: &Cx<'_>) -> Option<TokenStream> {
    let mut kinds = cx.layers.iter().map(|layer| &layer.kind);
    if kinds.any(|kind| matches!(kind, LayerKind::Fallback(_))) {
        return None;
    }
    let (rejection, misconfigured) = (local("rejection"), rules::misconfigured(cx)?);
    Some(quote! {
        if let ::core::option::Option::Some(#rejection) = #misconfigured {
            return #rejection;
        }
    })
}
