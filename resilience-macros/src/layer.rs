//! The layers: one file each, read from an attribute, asked for its rule, wrapped around what
//! lies inside.

pub(crate) mod circuit;
pub(crate) mod compensate;
pub(crate) mod fallback;
pub(crate) mod filter;
pub(crate) mod retry;
pub(crate) mod saga;
pub(crate) mod timeout;

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::{
    args::Args,
    names::Root,
    value::{Moment, Value},
};

/// One layer, as it was written.
pub(crate) struct Layer {
    /// Where the attribute stands.
    pub(crate) span: Span,
    pub(crate) kind: LayerKind,
}

pub(crate) enum LayerKind {
    Retry(retry::Retry),
    Timeout(timeout::Timeout),
    Fallback(fallback::Fallback),
    Circuit(circuit::Circuit),
    Compensate(compensate::Compensate),
    Saga(saga::Saga),
}

impl Layer {
    pub(crate) fn parse(mut args: Args, root: &Root) -> syn::Result<Self> {
        let span = args.span();
        let kind = match args.word.to_string().as_str() {
            "retry" => retry::Retry::parse(&mut args, root).map(LayerKind::Retry),
            "timeout" => timeout::Timeout::parse(&mut args).map(LayerKind::Timeout),
            "fallback" => Some(LayerKind::Fallback(fallback::Fallback::parse(&mut args))),
            "circuit" => circuit::Circuit::parse(&mut args, root).map(LayerKind::Circuit),
            "compensate" => compensate::Compensate::parse(&mut args).map(LayerKind::Compensate),
            "saga" => Some(LayerKind::Saga(saga::Saga::parse(&mut args))),
            other => {
                let text = format!("`{other}` is no layer of this crate");
                args.errors.add(syn::Error::new(span, text));
                None
            }
        };
        let kind = args.finish(kind)?;
        kind.map(|kind| Self { span, kind })
            .ok_or_else(|| syn::Error::new(span, "this attribute could not be read"))
    }

    /// The layer as the rulebook sees it now.
    pub(crate) fn rule(&self) -> resilience_policy::Layer {
        match &self.kind {
            LayerKind::Retry(layer) => resilience_policy::Layer::Retry(layer.policy.literal),
            LayerKind::Timeout(layer) => resilience_policy::Layer::Timeout(layer.after.literal),
            LayerKind::Fallback(layer) => resilience_policy::Layer::Fallback {
                on: layer.filter.is_some(),
            },
            LayerKind::Circuit(layer) => layer.rule(),
            LayerKind::Compensate(_) => resilience_policy::Layer::Compensate,
            LayerKind::Saga(_) => resilience_policy::Layer::Saga,
        }
    }

    /// The layer as the rulebook will see it at `moment`: `local` names the policy of a call.
    pub(crate) fn rule_tokens(
        &self,
        moment: Moment,
        local: &TokenStream,
        root: &Root,
    ) -> TokenStream {
        let layer = root.private("Layer");
        let known = |at: Moment, constant: &TokenStream| {
            if at == Moment::Call && moment == Moment::Call {
                quote!(::core::option::Option::Some(*#local))
            } else if at <= moment && at != Moment::Call {
                quote!(::core::option::Option::Some(#constant))
            } else {
                quote!(::core::option::Option::None)
            }
        };
        match &self.kind {
            LayerKind::Retry(it) => {
                let policy = known(it.policy.moment, &it.policy.tokens);
                quote!(#layer::Retry(#policy))
            }
            LayerKind::Timeout(it) => {
                let after = known(it.after.moment, &it.after.tokens);
                quote!(#layer::Timeout(#after))
            }
            LayerKind::Fallback(it) => {
                let on = it.filter.is_some();
                quote!(#layer::Fallback { on: #on })
            }
            LayerKind::Circuit(it) => {
                // The policy of a shared circuit is checked where the circuit is defined.
                let policy = if it.is_shared() {
                    quote!(::core::option::Option::None)
                } else {
                    known(it.policy.moment, &it.policy.tokens)
                };
                let own = it.is_own();
                quote!(#layer::Circuit { policy: #policy, own: #own })
            }
            LayerKind::Compensate(_) => quote!(#layer::Compensate),
            LayerKind::Saga(_) => quote!(#layer::Saga),
        }
    }

    /// When its values are known.
    pub(crate) fn moment(&self) -> Moment {
        match &self.kind {
            LayerKind::Retry(layer) => layer.policy.moment,
            LayerKind::Timeout(layer) => layer.after.moment,
            LayerKind::Circuit(layer) => layer.policy.moment,
            _ => Moment::Literal,
        }
    }

    /// The tokens to point at when the value of `key` is at fault.
    pub(crate) fn written(&self, key: &str) -> Option<&TokenStream> {
        match &self.kind {
            LayerKind::Retry(layer) => layer.policy.written(key),
            LayerKind::Circuit(layer) => layer.policy.written(key),
            LayerKind::Timeout(layer) => key.is_empty().then_some(&layer.after.written),
            _ => None,
        }
    }
}

/// A policy that is put together from the values of an attribute.
pub(crate) struct Built<P> {
    /// The policy, where all of its values are literals.
    pub(crate) literal: Option<P>,
    pub(crate) moment: Moment,
    pub(crate) tokens: TokenStream,
    written: Vec<(&'static str, TokenStream)>,
}

impl<P> Built<P> {
    pub(crate) fn new(default: P, tokens: TokenStream) -> Self {
        Self {
            literal: Some(default),
            moment: Moment::Literal,
            tokens,
            written: Vec::new(),
        }
    }

    /// A policy that is defined elsewhere.
    pub(crate) fn named(path: TokenStream) -> Self {
        Self {
            literal: None,
            moment: Moment::Constant,
            tokens: path.clone(),
            written: vec![("", path)],
        }
    }

    /// With the value of `key`, which the builder method `method` takes.
    pub(crate) fn set<T>(
        &mut self,
        key: &'static str,
        method: &str,
        value: Option<Value<T>>,
        apply: impl FnOnce(P, T) -> P,
    ) {
        let Some(value) = value else { return };
        let tokens = &self.tokens;
        let method = proc_macro2::Ident::new(method, Span::call_site());
        let argument = value.tokens;
        self.tokens = quote!(#tokens.#method(#argument));
        self.moment = self.moment.max(value.moment);
        self.written.push((key, value.written));
        self.literal = self
            .literal
            .take()
            .zip(value.literal)
            .map(|(p, v)| apply(p, v));
    }

    /// All keys with what was written for them.
    pub(crate) fn all_written(&self) -> impl Iterator<Item = (&'static str, &TokenStream)> {
        self.written.iter().map(|(key, tokens)| (*key, tokens))
    }

    /// What was written for `key`.
    pub(crate) fn written(&self, key: &str) -> Option<&TokenStream> {
        self.written
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, tokens)| tokens)
    }
}
