//! The layers: one file each, read from an attribute, asked for its rule, wrapped around what
//! lies inside.

mod built;
pub(crate) mod bulkhead;
pub(crate) mod cache;
pub(crate) mod circuit;
pub(crate) mod compensate;
pub(crate) mod fallback;
pub(crate) mod filter;
pub(crate) mod hedge;
pub(crate) mod idempotent;
mod key;
pub(crate) mod limiter;
pub(crate) mod rate_limit;
pub(crate) mod retry;
pub(crate) mod saga;
pub(crate) mod timeout;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use resilience_policy::Rule;

pub(crate) use self::built::Built;

use crate::{
    args::Args,
    errors::{Errors, refuse},
    names::Root,
    target::Target,
    value::{Moment, Parts},
};

/// One layer, as it was written.
pub(crate) struct Layer {
    /// Where the attribute stands.
    pub(crate) span: Span,
    /// What stands in the attribute.
    pub(crate) tokens: TokenStream,
    pub(crate) kind: LayerKind,
    /// Keys whose values could not be read, which is told elsewhere.
    unreadable: Vec<&'static str>,
}

pub(crate) enum LayerKind {
    Retry(retry::Retry),
    Timeout(timeout::Timeout),
    Fallback(fallback::Fallback),
    Circuit(circuit::Circuit),
    RateLimit(limiter::Limiter<resilience_policy::RateLimit>),
    Bulkhead(limiter::Limiter<resilience_policy::Bulkhead>),
    Hedge(hedge::Hedge),
    Cache(cache::Cache),
    Idempotent(idempotent::Idempotent),
    Compensate(compensate::Compensate),
    Saga(saga::Saga),
}

impl Layer {
    /// Reads as much as can be read.
    pub(crate) fn parse(mut args: Args, root: &Root, errors: &mut Errors) -> Option<Self> {
        let (span, tokens) = (args.span(), args.written.clone());
        let kind = match args.word.to_string().as_str() {
            "retry" => Some(LayerKind::Retry(retry::Retry::parse(&mut args, root))),
            "timeout" => timeout::Timeout::parse(&mut args).map(LayerKind::Timeout),
            "fallback" => Some(LayerKind::Fallback(fallback::Fallback::parse(&mut args))),
            "circuit" => Some(LayerKind::Circuit(circuit::Circuit::parse(&mut args, root))),
            "rate_limit" => Some(LayerKind::RateLimit(rate_limit::parse(&mut args, root))),
            "bulkhead" => Some(LayerKind::Bulkhead(bulkhead::parse(&mut args, root))),
            "hedge" => Some(LayerKind::Hedge(hedge::Hedge::parse(&mut args, root))),
            "cache" => cache::Cache::parse(&mut args, root).map(LayerKind::Cache),
            "idempotent" => {
                let idempotent = idempotent::Idempotent::parse(&mut args, root);
                Some(LayerKind::Idempotent(idempotent))
            }
            "compensate" => compensate::Compensate::parse(&mut args).map(LayerKind::Compensate),
            "saga" => Some(LayerKind::Saga(saga::Saga::parse(&mut args))),
            other => {
                let text = format!("`{other}` is no layer of this crate");
                let error = refuse(Rule::UnknownArgument, span, text);
                args.errors.add(error);
                None
            }
        };
        let unreadable = std::mem::take(&mut args.unreadable);
        errors.append(args.finish());
        Some(Self {
            span,
            tokens,
            kind: kind?,
            unreadable,
        })
    }

    /// The keys whose values are no literals.
    pub(crate) fn unknown(&self) -> Vec<&'static str> {
        let mut unknown = self.unreadable.clone();
        if let Some(parts) = self.parts() {
            unknown.extend(&parts.no_literals);
        }
        unknown
    }

    /// What only the function below tells of it.
    pub(crate) fn settle(&mut self, at: usize, target: &Target) {
        match &mut self.kind {
            LayerKind::RateLimit(it) => it.settle(at, target),
            LayerKind::Bulkhead(it) => it.settle(at, target),
            LayerKind::Cache(it) => it.meet(target),
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
            LayerKind::Hedge(layer) => resilience_policy::Layer::Hedge {
                policy: layer.policy.literal,
            },
            LayerKind::Cache(layer) => layer.rule(),
            LayerKind::Idempotent(layer) => layer.rule(),
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
            LayerKind::Hedge(_) => quote!(#layer::Hedge { policy: #known }),
            LayerKind::Cache(it) => {
                let keyed = it.is_keyed();
                quote!(#layer::Cache { policy: #known, keyed: #keyed })
            }
            LayerKind::Idempotent(it) => {
                let keyed = it.is_keyed();
                quote!(#layer::Idempotent { policy: #known, keyed: #keyed })
            }
            LayerKind::Compensate(_) => quote!(#layer::Compensate),
            LayerKind::Saga(_) => quote!(#layer::Saga),
        }
    }

    /// The values of the layer, as far as they are its own.
    pub(crate) fn policy(&self, root: &Root) -> Option<Policy<'_>> {
        match &self.kind {
            LayerKind::Retry(it) => Some(it.policy.policy(root.private("Retry"))),
            LayerKind::Circuit(it) if !it.is_shared() => {
                Some(it.policy.policy(root.private("CircuitPolicy")))
            }
            LayerKind::Hedge(it) => Some(it.policy.policy(root.private("Hedge"))),
            LayerKind::Cache(it) if !it.is_path() => {
                Some(it.policy.policy(root.private("CachePolicy")))
            }
            LayerKind::Idempotent(it) => Some(it.policy.policy(root.private("IdempotentPolicy"))),
            LayerKind::Timeout(it) => Some(it.after.policy(quote!(::core::time::Duration))),
            LayerKind::RateLimit(it) => it.policy(root),
            LayerKind::Bulkhead(it) => it.policy(root),
            _ => None,
        }
    }

    fn parts(&self) -> Option<&Parts> {
        match &self.kind {
            LayerKind::Retry(it) => Some(&it.policy.parts),
            LayerKind::Circuit(it) => Some(&it.policy.parts),
            LayerKind::RateLimit(it) => Some(&it.policy.parts),
            LayerKind::Bulkhead(it) => Some(&it.policy.parts),
            LayerKind::Hedge(it) => Some(&it.policy.parts),
            LayerKind::Cache(it) => Some(&it.policy.parts),
            LayerKind::Idempotent(it) => Some(&it.policy.parts),
            _ => None,
        }
    }

    /// What was written for the keys whose values a rule may refuse.
    pub(crate) fn values(&self) -> Vec<(&'static str, &TokenStream)> {
        match &self.kind {
            LayerKind::Retry(it) => it.policy.values(),
            LayerKind::Circuit(it) => it.policy.values(),
            LayerKind::RateLimit(it) => it.policy.values(),
            LayerKind::Bulkhead(it) => it.policy.values(),
            LayerKind::Hedge(it) => it.policy.values(),
            LayerKind::Cache(it) => it.policy.values(),
            LayerKind::Idempotent(it) => it.policy.values(),
            LayerKind::Timeout(it) => vec![("", &it.after.written)],
            _ => Vec::new(),
        }
    }

    /// The tokens to point at where a rule is broken for a key: what was written for it, or the
    /// policy that is defined elsewhere.
    pub(crate) fn written(&self, key: &str) -> Option<&TokenStream> {
        let values = self.values();
        let written = |key: &str| values.iter().find(|(known, _)| *known == key);
        let found = written(key).or_else(|| written(""));
        found.map(|(_, written)| *written)
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
    /// As much of them as the compiler knows.
    pub(crate) constant: Option<Constant<'l>>,
}

/// Values as far as the compiler knows them.
pub(crate) struct Constant<'l> {
    pub(crate) tokens: &'l TokenStream,
    /// What the call does to them, when it knows the rest.
    pub(crate) late: Option<&'l TokenStream>,
    /// The keys whose values it does not know.
    pub(crate) unknown: &'l [&'static str],
    /// Whether one of them is a constant of the user's, and not a literal.
    pub(crate) named: bool,
}
