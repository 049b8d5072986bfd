//! The user's body, as the innermost future.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use crate::{
    cx::{Cx, Inner},
    layer::LayerKind,
    names::{at, local},
    receiver::{Form, Param},
    target::Kind,
};

/// The user's body, once, raw, behind an edge that fixes its type:
///
/// ```text
/// async {
///     if let Some(never) = None::<Ret> { return never; }
///     …
/// }
/// ```
///
/// That of a plain function is a closure, `async { run(|| -> Ret { … }) }`.
pub(super) fn body(cx: &Cx<'_>) -> Inner {
    let span = at(cx.target.body.span());
    let output = cx.output();
    let enter = cx.enter();
    let rebind = rebind(cx);
    let tokens: TokenStream = without_inner_attributes(&cx.target.body);
    let takes = takes(cx);
    let inside = if cx.target.kind == Kind::Plain {
        // A closure has `return` but no `await`.
        let run = cx.root.private("run");
        let mut block = Group::new(Delimiter::Brace, quote!(#rebind #tokens));
        block.set_span(span);
        quote!(#enter #run(#takes || -> #output #block))
    } else if cx.target.kind == Kind::Async {
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
    let future = quote_spanned!(span=> async #takes #block);
    let future = if cx.asks_for_attempts {
        let (attempted, runs) = (cx.root.private("attempted"), local("runs"));
        let hedged = cx
            .layers
            .iter()
            .any(|layer| matches!(layer.kind, LayerKind::Hedge(_)));
        quote!(#attempted(#runs, #hedged, #future))
    } else {
        future
    };
    Inner {
        setup: TokenStream::new(),
        future,
        limits: Vec::new(),
        awaited: false,
    }
}

/// Patterns that the signature had to give up, bound in front of the body. Under a retry or
/// a hedge the loop does it.
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
            .any(|layer| matches!(layer.kind, LayerKind::Retry(_) | LayerKind::Hedge(_)))
    {
        return TokenStream::new();
    }
    let patterns = cx.params.iter().filter(|param| !param.is_plain());
    patterns
        .map(|param| param.bind(&param.name.to_token_stream()))
        .collect()
}

/// `move`, where the body may take the arguments with it: it is then `Send` if they are,
/// smaller, and ends their lives where the plain function would.
fn takes(cx: &Cx<'_>) -> Option<TokenStream> {
    let receives = cx.target.receives();
    let place = |of: fn(&LayerKind) -> bool| cx.layers.iter().position(|it| of(&it.kind));
    let retry = place(|kind| matches!(kind, LayerKind::Retry(_)));
    let fallback = place(|kind| matches!(kind, LayerKind::Fallback(_)));
    let hedge = place(|kind| matches!(kind, LayerKind::Hedge(_)));
    if hedge > retry && hedge > fallback {
        // Attempts at once share nothing but what the function borrows.
        return Some(quote!(move));
    }
    let shared = matches!(receives, None | Some(Form::Borrowed));
    let exclusive = |param: &Param| param.form == Form::BorrowedMut;
    // A retry borrows anew for each attempt, so a fallback above it still has its own.
    let borrows = retry > fallback || !cx.params.iter().any(exclusive);
    let needed = retry.is_some() && !shared || fallback.is_some() && !(shared && borrows);
    (!needed).then(|| quote!(move))
}

/// `#![…]` at the start of a body: it must stay at the start of the function.
pub(super) fn inner_attributes(body: &Group) -> TokenStream {
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
