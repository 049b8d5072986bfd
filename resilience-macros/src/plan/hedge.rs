//! What a function must be like, so that its attempts can run at the same time.

use quote::ToTokens as _;
use resilience_policy::Rule;

use crate::{
    errors::{Errors, refuse},
    layer::LayerKind,
    receiver::Form,
    stack::Stack,
    target::Target,
};

/// Attempts that run at once cannot all borrow the same thing mutably.
pub(super) fn check(target: &Target, stack: &Stack, errors: &mut Errors) {
    let mut layers = stack.layers.iter();
    let Some(hedge) = layers.position(|layer| matches!(layer.kind, LayerKind::Hedge(_))) else {
        return;
    };
    let text = "attempts of a `hedge` run at the same time, two cannot borrow this mutably: take \
                a shared reference or an owned value, or put `hedge` on a function that only asks";
    for argument in &target.signature.inputs {
        let (mutable, tokens) = match argument {
            syn::FnArg::Receiver(it) => (target.borrows_self_mutably(), it.to_token_stream()),
            syn::FnArg::Typed(it) => (
                Form::of(&it.ty) == Form::BorrowedMut,
                it.ty.to_token_stream(),
            ),
        };
        if mutable {
            errors.at(
                Rule::HedgeMutable,
                &tokens,
                target.signature.ident.span(),
                text,
            );
        }
    }
    inner_layers_hand_self_over(target, stack, hedge, errors);
}

/// `self` has one name: what lies between a hedge and the body cannot keep another one back.
fn inner_layers_hand_self_over(target: &Target, stack: &Stack, hedge: usize, errors: &mut Errors) {
    if target.owned_receiver().is_none() {
        return;
    }
    for layer in stack.layers.iter().skip(hedge + 1) {
        let keeps = match &layer.kind {
            LayerKind::Fallback(_) => true,
            LayerKind::Circuit(circuit) => circuit.is_keyed(),
            _ => false,
        };
        if keeps {
            let word = layer.rule().word();
            let text = format!(
                "a `{word}` inside a `hedge` needs a method that takes `&self`: move `{word}` above \
                 `hedge`, or take `&self`"
            );
            errors.add(refuse(Rule::MovedReceiver, layer.span, text));
        }
    }
}
