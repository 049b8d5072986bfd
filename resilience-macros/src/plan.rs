//! `Plan`: a stack that passed every rule. Lowering it cannot fail.

mod hedge;

use proc_macro2::{Span, TokenStream};
use resilience_policy::Rule;

use crate::{
    errors::{Errors, refuse, refuse_at, spanned},
    layer::{Layer, LayerKind},
    names::Root,
    receiver::{Form, Param},
    rules::written,
    stack::Stack,
    target::{Kind, Target, mutable_reference},
};

/// A function and its checked stack.
pub(crate) struct Plan {
    target: Target,
    stack: Stack,
    params: Vec<Param>,
}

impl Plan {
    /// Applies every rule that can be applied to what is written; the rest is left to the
    /// compiler and to the call.
    ///
    /// `errors` is what was wrong with the stack before.
    pub(crate) fn new(
        mut target: Target,
        mut stack: Stack,
        mut errors: Errors,
    ) -> syn::Result<Self> {
        for (at, layer) in stack.layers.iter_mut().enumerate() {
            layer.settle(at, &target);
        }
        for violation in written(&stack.layers, |rules| rules.violations()) {
            let Some(layer) = stack.layers.get(violation.layer()) else {
                continue;
            };
            errors.add(match layer.written(violation.key()) {
                Some(written) => spanned(written, layer.span, violation),
                None => spanned(&TokenStream::new(), layer.span, violation),
            });
        }
        threads_are_not_stopped(&target, &stack, &mut errors);
        receiver_can_be_used_again(&target, &stack, &mut errors);
        hedge::check(&target, &stack, &mut errors);
        nothing_stays_borrowed(&target, &stack, &mut errors);
        let rebind = stack.layers.iter().any(|layer| {
            matches!(
                layer.kind,
                LayerKind::Retry(_)
                    | LayerKind::Hedge(_)
                    | LayerKind::Fallback(_)
                    | LayerKind::Compensate(_)
            )
        });
        if rebind {
            arguments_are_unconditional(&target, &mut errors);
        }
        let mut signature = target.signature.clone();
        let params = Param::take_all(&mut signature, rebind);
        for layer in &stack.layers {
            match &layer.kind {
                LayerKind::Compensate(compensate) => compensate.check(&params, &mut errors),
                LayerKind::Fallback(fallback) => fallback.check(&params, &mut errors),
                LayerKind::Cache(cache) => cache.check(&params, &mut errors),
                _ => {}
            }
        }
        target.signature = signature;
        if target.owned_receiver().is_some() && uses_self_again(&target, &stack) {
            target.make_receiver_mutable();
        }
        errors.into_result(Self {
            target,
            stack,
            params,
        })
    }

    pub(crate) fn parts(&self) -> (&Target, &Root, &[Layer], &[Param]) {
        (
            &self.target,
            &self.stack.root,
            &self.stack.layers,
            &self.params,
        )
    }

    pub(crate) fn name(&self) -> Option<&syn::LitStr> {
        self.stack.name.as_ref()
    }
}

/// Whether `self` is given to more than one run of the user's code.
fn uses_self_again(target: &Target, stack: &Stack) -> bool {
    stack.layers.iter().any(|layer| match &layer.kind {
        LayerKind::Retry(_) | LayerKind::Hedge(_) => true,
        LayerKind::Fallback(fallback) => fallback.uses_self(target),
        _ => false,
    })
}

/// The compiler has not applied the `#[cfg]`s of arguments yet, so which of them there are cannot be
/// known where they are bound anew.
fn arguments_are_unconditional(target: &Target, errors: &mut Errors) {
    for argument in &target.signature.inputs {
        let (syn::FnArg::Typed(syn::PatType { attrs, .. })
        | syn::FnArg::Receiver(syn::Receiver { attrs, .. })) = argument;
        for cfg in attrs.iter().filter(|it| it.path().is_ident("cfg")) {
            let text = "an argument under `retry`, `hedge`, `fallback` or `compensate` cannot depend on `#[cfg]`: \
                        put the `#[cfg]` on two functions instead";
            errors.add(refuse_at(
                Rule::ConditionalArgument,
                cfg,
                Span::call_site(),
                text,
            ));
        }
    }
}

/// A plain function runs to its end on its thread.
fn threads_are_not_stopped(target: &Target, stack: &Stack, errors: &mut Errors) {
    if target.kind != Kind::Plain {
        return;
    }
    let name = &target.signature.ident;
    if name == "main" || target.holds_a_runtime() {
        let text = "this is no `async fn` any more: move `#[tokio::main]`, `#[tokio::test]` or the \
                    like below this attribute, so that it runs last";
        let span = stack.layers.first().map_or(name.span(), |first| first.span);
        errors.add(refuse(Rule::NotAsync, span, text));
        return;
    }
    for layer in &stack.layers {
        let text = match layer.kind {
            LayerKind::Timeout(_) => {
                "a thread cannot be stopped, so a plain function cannot have a `timeout`: \
                 write `async fn`, or give the call inside a limit of its own"
            }
            LayerKind::Saga(_) => {
                "what a saga undoes is undone in a task, so a plain function cannot be a \
                 `saga`: write `async fn`"
            }
            LayerKind::Hedge(_) => {
                "a plain function runs one attempt at a time, so it cannot have a `hedge`: \
                 write `async fn`"
            }
            _ => continue,
        };
        errors.add(refuse(Rule::NotAsync, layer.span, text));
    }
}

/// What one attempt returns borrowed mutably, the next one cannot borrow.
fn nothing_stays_borrowed(target: &Target, stack: &Stack, errors: &mut Errors) {
    let retried = stack
        .layers
        .iter()
        .any(|layer| matches!(layer.kind, LayerKind::Retry(_)));
    if let (true, Some(borrowed)) = (retried, mutable_reference(&target.output)) {
        let text = "a function that is retried cannot return a mutable borrow, the next attempt \
                    could not borrow again: return an owned value";
        errors.add(refuse_at(
            Rule::BorrowedOutput,
            borrowed,
            target.signature.ident.span(),
            text,
        ));
    }
}

/// `#[async_trait]` moves the receiver into its boxed future: there is nothing left to run again.
fn receiver_can_be_used_again(target: &Target, stack: &Stack, errors: &mut Errors) {
    let reusable = matches!(target.receives(), None | Some(Form::Borrowed));
    if target.kind == Kind::Async || target.kind == Kind::Plain || reusable {
        return;
    }
    for layer in &stack.layers {
        if matches!(layer.kind, LayerKind::Retry(_) | LayerKind::Hedge(_)) {
            let word = layer.rule().word();
            let text = format!(
                "where a method returns a boxed future, as under `#[async_trait]`, a {word} can only \
                 use `&self`, the other receivers are moved into the first attempt: use an \
                 `async fn` in the trait, or put `{word}` on a method that this one calls"
            );
            errors.add(refuse(Rule::MovedReceiver, layer.span, text));
        }
    }
}
