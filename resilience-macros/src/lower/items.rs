//! What stands in front of the body as items: the site, policies by name, statics of layers.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::rules;
use crate::{cx::Cx, layer::LayerKind, names::site, plan::Plan};

pub(super) fn items(cx: &Cx<'_>, plan: &Plan) -> TokenStream {
    let (site, new) = (site(), cx.root.private("Site"));
    let function = cx.target.signature.ident.to_string();
    let function = function.strip_prefix("r#").unwrap_or(&function);
    let name = plan.name().map_or_else(
        || quote!(::core::concat!(::core::module_path!(), "::", #function)),
        ToTokens::to_token_stream,
    );
    let layers = cx
        .layers
        .iter()
        .enumerate()
        .map(|(at, layer)| match &layer.kind {
            LayerKind::Retry(it) => it.items(cx, at),
            LayerKind::Circuit(it) => it.items(cx, at),
            LayerKind::RateLimit(it) => it.items(cx, at),
            LayerKind::Bulkhead(it) => it.items(cx, at),
            LayerKind::Hedge(it) => it.items(cx, at),
            LayerKind::Cache(it) => it.items(cx, at),
            LayerKind::Idempotent(it) => it.items(cx, at),
            _ => TokenStream::new(),
        });
    let (policies, assertions) = (policies(cx), rules::assertions(cx));
    let retried = cx
        .layers
        .iter()
        .any(|layer| matches!(layer.kind, LayerKind::Retry(_)));
    let with_retry = retried.then(|| quote!(.with_retry()));
    quote! {
        static #site: #new = #new::new(#name, #function, ::core::file!(), ::core::line!())#with_retry;
        #policies
        #(#layers)*
        #assertions
    }
}

/// Constants by name: what is wrong with their types is said once.
fn policies(cx: &Cx<'_>) -> TokenStream {
    let layers = cx.layers.iter().enumerate();
    let named = layers.filter_map(|(at, layer)| {
        let policy = layer.policy(cx.root)?;
        let (name, tokens) = cx.item(at, &policy)?;
        let declared = &policy.declared;
        Some(quote!(const #name: #declared = #tokens;))
    });
    named.collect()
}
