//! What a layer knows of its surroundings.

mod arguments;
mod inner;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

pub(crate) use self::inner::Inner;
use crate::{
    layer::{Layer, LayerKind, Policy},
    names::{Root, item_of, local, local_of, located, mentions, names_letter, names_type, option},
    receiver::Param,
    target::Target,
    value::Moment,
};

/// What a layer needs to know of its surroundings.
pub(crate) struct Cx<'p> {
    pub(crate) root: &'p Root,
    pub(crate) target: &'p Target,
    pub(crate) params: &'p [Param],
    pub(crate) layers: &'p [Layer],
    /// Whether anybody reads the notes of the call.
    pub(crate) needs_call: bool,
    /// Whether the body names `Attempt`, and there can be several.
    pub(crate) asks_for_attempts: bool,
}

impl Cx<'_> {
    /// The return type, in the user's own tokens: errors about it point there.
    pub(crate) fn output(&self) -> TokenStream {
        self.target.output.to_token_stream()
    }

    /// The error type, as the compiler finds it: what it lacks is said where it is written.
    pub(crate) fn error(&self) -> TokenStream {
        let [_, error] = self.target.places;
        located(quote!(_), error)
    }

    /// The type of the value, in the same way.
    pub(crate) fn value(&self) -> TokenStream {
        let [value, _] = self.target.places;
        located(quote!(_), value)
    }

    /// The return type for helpers that look at the error only.
    pub(crate) fn failure(&self) -> TokenStream {
        self.target.failure.to_token_stream()
    }

    /// The limit of the nearest timeout around a layer.
    pub(crate) fn limit_around(&self, at: usize) -> TokenStream {
        let limit = self.outer_limit(at);
        option(limit.map(|limit| quote!(&#limit)).as_ref())
    }

    /// The name of the limit of the nearest timeout around a layer.
    pub(crate) fn outer_limit(&self, at: usize) -> Option<Ident> {
        let outer = self.layers.iter().take(at).rposition(is_timeout);
        outer.map(|outer| local_of("limit", outer))
    }

    /// Whether the function is a step.
    pub(crate) fn in_a_step(&self) -> bool {
        let mut layers = self.layers.iter();
        layers.any(|layer| matches!(layer.kind, LayerKind::Compensate(_)))
    }

    /// Whether a layer may run more than once in a call.
    pub(crate) fn is_repeated(&self, at: usize) -> bool {
        let mut above = self.layers.iter().take(at);
        above.any(|layer| matches!(layer.kind, LayerKind::Retry(_) | LayerKind::Hedge(_)))
    }

    /// Whether a retry around it wants to know if the timeout `at` has cut off an attempt.
    pub(crate) fn is_asked_for_its_cut(&self, at: usize) -> bool {
        let above = self.layers.iter().take(at).rev();
        let mut several = above.filter_map(|layer| match layer.kind {
            LayerKind::Retry(_) => Some(true),
            // Each of its attempts has a limit of its own, which is gone with the attempt.
            LayerKind::Hedge(_) => Some(false),
            _ => None,
        });
        several.next() == Some(true)
    }

    /// Whether a layer inside the timeout `at` wants to know what is left of it.
    pub(crate) fn looks_at_limit(&self, at: usize) -> bool {
        let mut inside = self.layers.iter().skip(at + 1);
        inside.any(|layer| {
            use LayerKind::{Circuit, Hedge, RateLimit, Retry, Timeout};
            match &layer.kind {
                Retry(_) | Circuit(_) | Timeout(_) | Hedge(_) => true,
                RateLimit(it) => it.looks_at_limit(),
                _ => false,
            }
        })
    }

    /// A closure that makes a rejection an outcome. It hides the bound on the error type: what
    /// does not meet it is reported once, in here, and not wherever the future is looked at.
    pub(crate) fn rejected(&self) -> TokenStream {
        let (rejected, output) = (self.root.private("rejected"), self.output());
        let (rejection, error) = (local("rejection"), self.error());
        quote!(|#rejection| #rejected::<#output, #error>(#rejection))
    }

    /// A closure that looks for the error of an outcome, for the same reason.
    pub(crate) fn error_of(&self) -> TokenStream {
        let (error_of, output) = (self.root.private("error_of"), self.output());
        let outcome = local("outcome");
        quote!(|#outcome| #error_of::<#output, _>(#outcome))
    }

    /// The notes of the call, where somebody reads them.
    pub(crate) fn call(&self) -> TokenStream {
        let call = local("call");
        option(self.needs_call.then(|| quote!(#call)).as_ref())
    }

    /// The user's code starts, the body or a fallback: what comes now is no rejection.
    pub(crate) fn enter(&self) -> TokenStream {
        if !self.needs_call {
            return TokenStream::new();
        }
        let call = local("call");
        quote!(#call.enter();)
    }

    /// The policy of a layer: a name where it has one, else a constant expression.
    pub(crate) fn policy(&self, at: usize) -> TokenStream {
        let Some(policy) = self.layers.get(at).and_then(|it| it.policy(self.root)) else {
            return TokenStream::new();
        };
        if policy.moment == Moment::Call {
            return local_of("policy", at).to_token_stream();
        }
        match (self.item(at, &policy), policy.tokens) {
            (Some((name, _)), _) => name.to_token_stream(),
            (None, tokens) => quote!(const { #tokens }),
        }
    }

    /// The name of what the compiler knows of a layer's values, and these, where they are more than
    /// literals and can stand in an item.
    pub(crate) fn item<'l>(
        &self,
        at: usize,
        policy: &Policy<'l>,
    ) -> Option<(Ident, &'l TokenStream)> {
        let constant = policy.constant.as_ref()?;
        let stands = constant.named && self.is_free(constant.tokens);
        stands.then(|| (item_of("POLICY", at), constant.tokens))
    }

    /// Whether a constant can stand in an item.
    pub(crate) fn is_free(&self, tokens: &TokenStream) -> bool {
        is_free(tokens, self.target)
    }

    /// The user's `self`.
    pub(crate) fn self_token(&self) -> TokenStream {
        self.target
            .receiver()
            .map(|receiver| receiver.self_token.to_token_stream())
            .unwrap_or_default()
    }
}

/// Whether a constant can stand in an item: it must not name a generic parameter or `Self`.
/// Those of an `impl` are out of sight, so `Type::CONSTANT` and `N` are taken for some of them.
pub(crate) fn is_free(tokens: &TokenStream, target: &Target) -> bool {
    let mut consts = target.signature.generics.const_params();
    !names_type(tokens)
        && !names_letter(tokens)
        && consts.all(|param| !mentions(tokens, &param.ident))
}

fn is_timeout(layer: &Layer) -> bool {
    matches!(layer.kind, LayerKind::Timeout(_))
}
