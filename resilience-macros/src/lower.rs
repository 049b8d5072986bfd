//! From a plan to tokens, from the inside out.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use crate::{
    layer::{Layer, LayerKind, Policy, timeout::Timeout},
    names::{
        Root, at, item_of, local, local_of, located, mentions, names_type, option, site, span_of,
    },
    plan::Plan,
    receiver::Param,
    stack::Stack,
    target::{Kind, Target},
    value::Moment,
};

/// Lowers the collected stack over the function below it.
pub(crate) fn expand(collected: TokenStream, item: &TokenStream) -> TokenStream {
    let target = match Target::read(item.clone()) {
        Ok(target) => target,
        Err(error) => {
            // Errors about the attributes are worth saying even where the item is none of ours.
            let errors = match Stack::parse(collected) {
                Ok(_) => error,
                Err(mut errors) => {
                    errors.combine(error);
                    errors
                }
            };
            let errors = errors.into_compile_error();
            return quote!(#item #errors);
        }
    };
    match Stack::parse(collected).and_then(|stack| Plan::new(target, stack)) {
        Ok(plan) => lower(&plan),
        Err(errors) => {
            let errors = errors.into_compile_error();
            quote!(#item #errors)
        }
    }
}

/// What a layer needs to know of its surroundings.
pub(crate) struct Cx<'p> {
    pub(crate) root: &'p Root,
    pub(crate) target: &'p Target,
    pub(crate) params: &'p [Param],
    layers: &'p [Layer],
    needs_call: bool,
}

/// What lies inside a layer: statements, and an expression behind them.
pub(crate) struct Inner {
    /// Statements to run each time before the expression is evaluated.
    pub(crate) setup: TokenStream,
    /// A future; or, if `awaited`, an expression that awaits.
    pub(crate) future: TokenStream,
    /// The limits in `setup`: whether one has cut is known behind the await.
    pub(crate) limits: Vec<Ident>,
    pub(crate) awaited: bool,
}

impl Inner {
    pub(crate) fn into_awaited(self) -> Self {
        if self.awaited {
            return self;
        }
        let future = self.future;
        Self {
            future: quote!(#future.await),
            awaited: true,
            ..self
        }
    }

    pub(crate) fn into_future(self) -> Self {
        if !self.awaited {
            return self;
        }
        let (setup, future) = (self.setup, self.future);
        let future = quote!(async { #setup #future });
        Self {
            setup: TokenStream::new(),
            future,
            limits: Vec::new(),
            awaited: false,
        }
    }

    /// Whether a timeout inside ended the attempt.
    pub(crate) fn timed_out(&self) -> TokenStream {
        let limits = &self.limits;
        if limits.is_empty() {
            quote!(false)
        } else {
            quote!(#(#limits.has_cut())||*)
        }
    }
}

impl Cx<'_> {
    /// The return type, in the user's own tokens: errors about it point there.
    pub(crate) fn output(&self) -> TokenStream {
        self.target.output.to_token_stream()
    }

    /// The return type for helpers that look at the error only.
    pub(crate) fn failure(&self) -> TokenStream {
        self.target.failure.to_token_stream()
    }

    /// The limit of the nearest timeout around a layer.
    pub(crate) fn limit_around(&self, at: usize) -> TokenStream {
        let outer = self.layers.iter().take(at).rposition(is_timeout);
        let limit = outer.map(|outer| local_of("limit", outer));
        option(limit.map(|limit| quote!(&#limit)).as_ref())
    }

    /// Whether the function is a step.
    pub(crate) fn in_a_step(&self) -> bool {
        let mut layers = self.layers.iter();
        layers.any(|layer| matches!(layer.kind, LayerKind::Compensate(_)))
    }

    /// Whether a layer may run more than once in a call.
    pub(crate) fn is_repeated(&self, at: usize) -> bool {
        let mut above = self.layers.iter().take(at);
        above.any(|layer| matches!(layer.kind, LayerKind::Retry(_)))
    }

    /// Whether a layer inside the timeout `at` wants to know what is left of it.
    pub(crate) fn looks_at_limit(&self, at: usize) -> bool {
        let mut inside = self.layers.iter().skip(at + 1);
        inside.any(|layer| {
            use LayerKind::{Circuit, Retry, Timeout};
            matches!(layer.kind, Retry(_) | Circuit(_) | Timeout(_))
        })
    }

    /// `move`, where the body may take the arguments with it: it is then `Send` if they are,
    /// smaller, and ends their lives where the plain function would.
    fn takes(&self) -> Option<TokenStream> {
        let receives = self.target.receives();
        let place = |of: fn(&LayerKind) -> bool| self.layers.iter().position(|it| of(&it.kind));
        let retry = place(|kind| matches!(kind, LayerKind::Retry(_)));
        let fallback = place(|kind| matches!(kind, LayerKind::Fallback(_)));
        let shared = matches!(receives, None | Some(crate::receiver::Form::Borrowed));
        let exclusive = |param: &Param| param.form == crate::receiver::Form::BorrowedMut;
        // A retry borrows anew for each attempt, so a fallback above it still has its own.
        let borrows = retry > fallback || !self.params.iter().any(exclusive);
        let needed = retry.is_some() && !shared || fallback.is_some() && !(shared && borrows);
        (!needed).then(|| quote!(move))
    }

    /// A closure that makes a rejection an outcome. It hides the bound on the error type: what
    /// does not meet it is reported once, in here, and not wherever the future is looked at.
    pub(crate) fn rejected(&self) -> TokenStream {
        let (rejected, output) = (self.root.private("rejected"), self.output());
        let rejection = local("rejection");
        quote!(|#rejection| #rejected::<#output>(#rejection))
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
        let Policy { moment, tokens, .. } = policy;
        match moment {
            Moment::Call => local_of("policy", at).to_token_stream(),
            Moment::Constant if self.is_free(tokens) => item_of("POLICY", at).to_token_stream(),
            _ => quote!(const { #tokens }),
        }
    }

    /// Whether a constant can stand in an item: it must not name a generic parameter or `Self`.
    /// Those of an `impl` are out of sight, so `Type::CONSTANT` is taken for one of them.
    fn is_free(&self, tokens: &TokenStream) -> bool {
        let generics = &self.target.signature.generics;
        let consts = generics.const_params().map(|param| &param.ident);
        !names_type(tokens) && consts.into_iter().all(|name| !mentions(tokens, name))
    }

    /// The layer as the rulebook will see it at `moment`.
    fn rule(&self, at: usize, moment: Moment) -> TokenStream {
        let Some(layer) = self.layers.get(at) else {
            return TokenStream::new();
        };
        let known = layer
            .policy(self.root)
            .filter(|policy| policy.moment <= moment);
        let known = match &layer.kind {
            // A constant cannot read a `static`; an assertion of its own does.
            LayerKind::Circuit(it) if moment == Moment::Call => it
                .shared_policy()
                .or_else(|| known.map(|_| self.policy(at))),
            _ => known.map(|_| self.policy(at)),
        };
        let known = option(known.as_ref());
        layer.rule_tokens(&known, self.root)
    }

    /// The user's `self`.
    pub(crate) fn self_token(&self) -> TokenStream {
        self.target
            .receiver()
            .map(|receiver| receiver.self_token.to_token_stream())
            .unwrap_or_default()
    }

    /// Keeps the arguments before the loop, and hands them out in front of each attempt.
    pub(crate) fn arguments(&self, more: &TokenStream) -> (TokenStream, TokenStream) {
        let owned: Vec<&Param> = self
            .params
            .iter()
            .filter(|param| param.is_owned())
            .collect();
        let borrowed = self.params.iter().filter(|param| !param.is_owned());
        let again = borrowed
            .filter(|param| !param.is_plain() || param.form == crate::receiver::Form::BorrowedMut);
        let again = again.map(|param| {
            let (pattern, reborrow) = (&param.pattern, param.reborrow());
            quote!(let #pattern = #reborrow;)
        });
        let again: TokenStream = again.collect();
        if owned.is_empty() {
            return (TokenStream::new(), again);
        }
        let (args, new, argument) = (local("args"), self.root.private("Args"), "argument");
        let names = owned.iter().map(|param| &param.name);
        let patterns = owned.iter().map(|param| &param.pattern);
        let kept: Vec<Ident> = owned
            .iter()
            .enumerate()
            .map(|(n, param)| {
                let mut kept = local_of("kept", n);
                kept.set_span(kept.span().located_at(span_of(&param.declared)));
                kept
            })
            .collect();
        let clones = owned.iter().zip(&kept).map(|(param, kept)| {
            let argument = self.root.private_at(argument, span_of(&param.declared));
            quote!(#argument(#kept))
        });
        let keep = quote!(let mut #args = #new::new((#(#names,)*)););
        // Arguments that only an attribute uses are used.
        let used = owned.iter().map(|param| &param.name).filter(|name| {
            let mut layers = self.layers.iter();
            layers.any(|layer| mentions(&layer.tokens, name))
        });
        let next = quote! {
            let (#(#patterns,)*) = #args.next(#more, |(#(#kept,)*)| (#(#clones,)*));
            #(let _ = &#used;)*
            #again
        };
        (keep, next)
    }
}

fn is_timeout(layer: &Layer) -> bool {
    matches!(layer.kind, LayerKind::Timeout(_))
}

fn lower(plan: &Plan) -> TokenStream {
    let (target, root, layers, params) = plan.parts();
    let count = |of: fn(&LayerKind) -> bool| layers.iter().filter(|layer| of(&layer.kind)).count();
    let needs_call = count(|kind| matches!(kind, LayerKind::Compensate(_))) > 0
        || count(|kind| matches!(kind, LayerKind::Circuit(_))) > 1;
    let cx = Cx {
        root,
        target,
        params,
        layers,
        needs_call,
    };
    let mut inner = body(&cx);
    for (at, layer) in layers.iter().enumerate().rev() {
        inner = match &layer.kind {
            LayerKind::Retry(it) => it.wrap(&cx, at, inner),
            LayerKind::Timeout(_) => Timeout::wrap(&cx, at, inner),
            LayerKind::Fallback(it) => it.wrap(&cx, at, inner),
            LayerKind::Circuit(it) => it.wrap(&cx, at, inner),
            LayerKind::Compensate(it) => it.wrap(&cx, at, inner),
            LayerKind::Saga(it) => it.wrap(&cx, inner),
        };
    }
    let Inner { setup, future, .. } = inner.into_awaited();
    let (items, prologue) = (items(&cx, plan), prologue(&cx));
    let whole = quote!(#prologue #setup #future);
    let inner_attributes = inner_attributes(&target.body);
    let whole = match target.kind {
        Kind::Async => quote!(#items #whole),
        Kind::Future => quote!(#items async move { #whole }),
        Kind::Boxed => quote!(#items ::std::boxed::Box::pin(async move { #whole })),
    };
    let head = target.head();
    let mut block = Group::new(Delimiter::Brace, quote!(#inner_attributes #whole));
    block.set_span(at(target.body.span()));
    quote!(#head #block)
}

/// The user's body, once, raw, behind an edge that fixes its type:
///
/// ```text
/// async {
///     if let Some(never) = None::<Ret> { return never; }
///     …
/// }
/// ```
fn body(cx: &Cx<'_>) -> Inner {
    let span = at(cx.target.body.span());
    let output = cx.output();
    let enter = cx.enter();
    let rebind = rebind(cx);
    let tokens: TokenStream = without_inner_attributes(&cx.target.body);
    let inside = if cx.target.kind == Kind::Async {
        let never = local("never");
        let edge = quote! {
            if let ::core::option::Option::Some(#never) = ::core::option::Option::None::<#output> {
                return #never;
            }
        };
        quote!(#enter #rebind #edge #tokens)
    } else {
        let typed = cx.root.private("typed");
        let mut block = Group::new(Delimiter::Brace, tokens);
        block.set_span(span);
        quote!(#enter #rebind #typed::<#output, _>(#block).await)
    };
    let mut block = Group::new(Delimiter::Brace, inside);
    block.set_span(span);
    let takes = cx.takes();
    let future = quote_spanned!(span=> async #takes #block);
    Inner {
        setup: TokenStream::new(),
        future,
        limits: Vec::new(),
        awaited: false,
    }
}

/// Patterns that the signature had to give up, bound in front of the body. Under a retry the loop
/// does it.
fn rebind(cx: &Cx<'_>) -> TokenStream {
    let rebound = cx.layers.iter().any(|layer| {
        matches!(
            layer.kind,
            LayerKind::Fallback(_) | LayerKind::Compensate(_)
        )
    });
    if !rebound
        || cx
            .layers
            .iter()
            .any(|layer| matches!(layer.kind, LayerKind::Retry(_)))
    {
        return TokenStream::new();
    }
    let patterns = cx.params.iter().filter(|param| !param.is_plain());
    patterns
        .map(|param| {
            let (pattern, name) = (&param.pattern, &param.name);
            quote!(let #pattern = #name;)
        })
        .collect()
}

fn items(cx: &Cx<'_>, plan: &Plan) -> TokenStream {
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
            _ => TokenStream::new(),
        });
    let (policies, assertions) = (policies(cx), assertions(cx));
    quote! {
        static #site: #new = #new::new(#name, #function, ::core::file!(), ::core::line!());
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
        let Policy {
            moment,
            tokens,
            declared,
        } = policy;
        let policy = item_of("POLICY", at);
        (moment == Moment::Constant && cx.is_free(tokens))
            .then(|| quote!(const #policy: #declared = #tokens;))
    });
    named.collect()
}

/// Rules about constants, for the compiler to apply: one assertion for each layer that holds one,
/// on the values that were written for it.
///
/// Items are looked at by `cargo check` already, a constant in the body only when the function
/// is compiled.
fn assertions(cx: &Cx<'_>) -> TokenStream {
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
        .map(|at| cx.rule(at, Moment::Constant))
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

/// What is evaluated once, when the call is made: policies, keys, copies for later.
fn prologue(cx: &Cx<'_>) -> TokenStream {
    let policies = cx.layers.iter().enumerate().filter_map(|(at, layer)| {
        let Policy {
            moment,
            tokens,
            declared,
        } = layer.policy(cx.root)?;
        let policy = local_of("policy", at);
        (moment == Moment::Call).then(|| quote!(let #policy: #declared = #tokens;))
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
            LayerKind::Fallback(it) => it.prologue(cx, at),
            LayerKind::Compensate(it) => it.prologue(cx, at),
            _ => TokenStream::new(),
        });
    let check = check(cx);
    quote!(#(#policies)* #check #call #(#layers)*)
}

/// The rules about values that are known only now.
fn check(cx: &Cx<'_>) -> TokenStream {
    let mut policies = cx.layers.iter().filter_map(|layer| layer.policy(cx.root));
    if !policies.any(|policy| policy.moment == Moment::Call) {
        return TokenStream::new();
    }
    let (misconfigured, site, output) = (cx.root.private("misconfigured"), site(), cx.output());
    let rejection = local("rejection");
    let layers = (0..cx.layers.len()).map(|at| cx.rule(at, Moment::Call));
    quote! {
        if let ::core::option::Option::Some(#rejection) =
            #misconfigured::<#output>(&#site, &[#(#layers),*])
        {
            return #rejection;
        }
    }
}

/// `#![…]` at the start of a body: it must stay at the start of the function.
fn inner_attributes(body: &Group) -> TokenStream {
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    tokens
        .into_iter()
        .take(inner_attribute_tokens(body))
        .collect()
}

fn without_inner_attributes(body: &Group) -> TokenStream {
    body.stream()
        .into_iter()
        .skip(inner_attribute_tokens(body))
        .collect()
}

fn inner_attribute_tokens(body: &Group) -> usize {
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let attributes = tokens.chunks(3).take_while(|chunk| {
        matches!(chunk, [TokenTree::Punct(pound), TokenTree::Punct(bang), TokenTree::Group(group)]
            if pound.as_char() == '#' && bang.as_char() == '!' && group.delimiter() == Delimiter::Bracket)
    });
    attributes.count() * 3
}
