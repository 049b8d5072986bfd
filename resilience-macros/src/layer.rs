//! The layers: one file each, read from an attribute, asked for its rule, wrapped around what
//! lies inside.

pub(crate) mod bulkhead;
pub(crate) mod circuit;
pub(crate) mod compensate;
pub(crate) mod fallback;
pub(crate) mod filter;
pub(crate) mod limiter;
pub(crate) mod rate_limit;
pub(crate) mod retry;
pub(crate) mod saga;
pub(crate) mod timeout;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use resilience_policy::{Rule, Violation};

use crate::{
    args::Args,
    errors::refuse,
    names::Root,
    target::Target,
    value::{Moment, Value},
};

/// One layer, as it was written.
pub(crate) struct Layer {
    /// Where the attribute stands.
    pub(crate) span: Span,
    /// What stands in the attribute.
    pub(crate) tokens: TokenStream,
    pub(crate) kind: LayerKind,
}

pub(crate) enum LayerKind {
    Retry(retry::Retry),
    Timeout(timeout::Timeout),
    Fallback(fallback::Fallback),
    Circuit(circuit::Circuit),
    RateLimit(limiter::Limiter<resilience_policy::RateLimit>),
    Bulkhead(limiter::Limiter<resilience_policy::Bulkhead>),
    Compensate(compensate::Compensate),
    Saga(saga::Saga),
}

impl Layer {
    pub(crate) fn parse(mut args: Args, root: &Root) -> syn::Result<Self> {
        let (span, tokens) = (args.span(), args.written.clone());
        let kind = match args.word.to_string().as_str() {
            "retry" => Some(LayerKind::Retry(retry::Retry::parse(&mut args, root))),
            "timeout" => timeout::Timeout::parse(&mut args).map(LayerKind::Timeout),
            "fallback" => Some(LayerKind::Fallback(fallback::Fallback::parse(&mut args))),
            "circuit" => Some(LayerKind::Circuit(circuit::Circuit::parse(&mut args, root))),
            "rate_limit" => Some(LayerKind::RateLimit(rate_limit::parse(&mut args, root))),
            "bulkhead" => Some(LayerKind::Bulkhead(bulkhead::parse(&mut args, root))),
            "compensate" => compensate::Compensate::parse(&mut args).map(LayerKind::Compensate),
            "saga" => Some(LayerKind::Saga(saga::Saga::parse(&mut args))),
            other => {
                let text = format!("`{other}` is no layer of this crate");
                let error = refuse(Rule::UnknownArgument, span, text);
                args.errors.add(error);
                None
            }
        };
        let kind = args.finish(kind)?;
        kind.map(|kind| Self { span, tokens, kind })
            .ok_or_else(|| refuse(Rule::WrongValue, span, "this attribute could not be read"))
    }

    /// What only the function below tells of it.
    pub(crate) fn settle(&mut self, at: usize, target: &Target) {
        match &mut self.kind {
            LayerKind::RateLimit(it) => it.settle(at, target),
            LayerKind::Bulkhead(it) => it.settle(at, target),
            _ => {}
        }
    }

    /// The layer as the rulebook sees it now.
    pub(crate) fn rule(&self) -> resilience_policy::Layer {
        match &self.kind {
            LayerKind::Retry(layer) => resilience_policy::Layer::Retry {
                policy: layer.policy.literal,
                asks: layer.filter.asks(),
            },
            LayerKind::Timeout(layer) => resilience_policy::Layer::Timeout {
                after: layer.after.literal,
                fits: layer.fits,
            },
            LayerKind::Fallback(layer) => resilience_policy::Layer::Fallback {
                on: layer.chooses(),
                calls: layer.calls(),
            },
            LayerKind::Circuit(layer) => layer.rule(),
            LayerKind::RateLimit(layer) => resilience_policy::Layer::RateLimit {
                policy: layer.policy.literal,
            },
            LayerKind::Bulkhead(layer) => resilience_policy::Layer::Bulkhead {
                policy: layer.policy.literal,
                own: layer.is_own(),
            },
            LayerKind::Compensate(_) => resilience_policy::Layer::Compensate,
            LayerKind::Saga(_) => resilience_policy::Layer::Saga,
        }
    }

    /// The layer as the rulebook will see it, when `known` is its policy.
    pub(crate) fn rule_tokens(&self, known: &TokenStream, root: &Root) -> TokenStream {
        let layer = root.private("Layer");
        match &self.kind {
            LayerKind::Retry(it) => {
                let asks = it.filter.asks();
                quote!(#layer::Retry { policy: #known, asks: #asks })
            }
            LayerKind::Timeout(it) => {
                let fits = it.fits;
                quote!(#layer::Timeout { after: #known, fits: #fits })
            }
            LayerKind::Fallback(it) => {
                let (on, calls) = (it.chooses(), it.calls());
                quote!(#layer::Fallback { on: #on, calls: #calls })
            }
            LayerKind::Circuit(it) => {
                let own = it.is_own();
                quote!(#layer::Circuit { policy: #known, own: #own })
            }
            LayerKind::RateLimit(_) => quote!(#layer::RateLimit { policy: #known }),
            LayerKind::Bulkhead(it) => {
                let own = it.is_own();
                quote!(#layer::Bulkhead { policy: #known, own: #own })
            }
            LayerKind::Compensate(_) => quote!(#layer::Compensate),
            LayerKind::Saga(_) => quote!(#layer::Saga),
        }
    }

    /// The values of the layer, as far as they are its own.
    pub(crate) fn policy(&self, root: &Root) -> Option<Policy<'_>> {
        let (moment, tokens, declared) = match &self.kind {
            LayerKind::Retry(it) => (it.policy.moment, &it.policy.tokens, root.private("Retry")),
            LayerKind::Timeout(it) => {
                let declared = quote!(::core::time::Duration);
                (it.after.moment, &it.after.tokens, declared)
            }
            LayerKind::Circuit(it) if !it.is_shared() => {
                let declared = root.private("CircuitPolicy");
                (it.policy.moment, &it.policy.tokens, declared)
            }
            LayerKind::RateLimit(it) => return it.policy(root),
            LayerKind::Bulkhead(it) => return it.policy(root),
            _ => return None,
        };
        Some(Policy {
            moment,
            tokens,
            declared,
        })
    }

    /// The first constant that is written in it.
    pub(crate) fn constant(&self) -> Option<&TokenStream> {
        let is_constant = |written: &&TokenStream| crate::value::is_constant(written);
        match &self.kind {
            LayerKind::Retry(it) => it.policy.all_written().find(is_constant),
            LayerKind::Circuit(it) => it.policy.all_written().find(is_constant),
            LayerKind::RateLimit(it) => it.policy.all_written().find(is_constant),
            LayerKind::Bulkhead(it) => it.policy.all_written().find(is_constant),
            LayerKind::Timeout(it) => Some(&it.after.written),
            _ => None,
        }
    }

    /// The tokens to point at where a rule is broken.
    pub(crate) fn written(&self, violation: &Violation) -> Option<&TokenStream> {
        let key = match (violation.rule(), violation.key()) {
            (Rule::ShrinkingFactor, _) => "factor",
            (Rule::BaseAboveCap | Rule::ZeroDuration, "backoff") => "base",
            (_, key) => key,
        };
        match &self.kind {
            LayerKind::Retry(it) => it.policy.written(key).or_else(|| it.policy.written("")),
            LayerKind::Circuit(it) => it.policy.written(key),
            LayerKind::RateLimit(it) => it.policy.written(key),
            LayerKind::Bulkhead(it) => it.policy.written(key),
            LayerKind::Timeout(it) => Some(&it.after.written),
            _ => None,
        }
    }
}

/// The values of a layer.
pub(crate) struct Policy<'l> {
    /// When all of them are known.
    pub(crate) moment: Moment,
    /// An expression of them.
    pub(crate) tokens: &'l TokenStream,
    /// The type of that.
    pub(crate) declared: TokenStream,
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

    /// All keys, with what was written for them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &(&'static str, TokenStream)> {
        self.written.iter()
    }

    /// All that was written.
    pub(crate) fn all_written(&self) -> impl Iterator<Item = &TokenStream> {
        self.written.iter().map(|(_, tokens)| tokens)
    }

    /// Notes what was written for a part of a value.
    pub(crate) fn note(&mut self, key: &'static str, written: TokenStream) {
        self.written.push((key, written));
    }

    /// What was written for `key`.
    pub(crate) fn written(&self, key: &str) -> Option<&TokenStream> {
        self.written
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, tokens)| tokens)
    }
}
