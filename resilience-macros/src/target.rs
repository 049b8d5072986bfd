//! The function under the attributes: its attributes and signature, and its body unread.

mod output;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use resilience_policy::Rule;
use syn::{
    FnArg, ReceiverKind, Signature, Type, Visibility,
    parse::{Parse, ParseStream},
    spanned::Spanned,
};

pub(crate) use self::output::{Kind, generic, mutable_reference, without_opaque};
use crate::{
    collect::{bare, outer_attributes},
    errors::{refuse, refuse_at},
    limits,
    names::at,
    receiver::Form,
};

/// A function whose body is carried along as it is.
pub(crate) struct Target {
    attributes: TokenStream,
    visibility: Visibility,
    defaultness: TokenStream,
    pub(crate) signature: Signature,
    pub(crate) body: Group,
    pub(crate) kind: Kind,
    /// What the body returns: `Result<T, E>`, with `_` for what cannot be named.
    pub(crate) output: Type,
    /// The same with `()` there, for helpers that look at the error only.
    pub(crate) failure: Type,
    /// Where the types of value and error are written, or the alias that holds them.
    pub(crate) places: [proc_macro2::Span; 2],
}

/// What stands between the attributes and the body.
struct Head {
    visibility: Visibility,
    defaultness: TokenStream,
    signature: Signature,
}

impl Parse for Head {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let visibility = input.parse()?;
        // `default fn` of specialisation is the compiler's business.
        let defaultness = match input.parse::<Option<syn::Token![default]>>()? {
            Some(token) => token.to_token_stream(),
            None => TokenStream::new(),
        };
        if let Some(text) = no_function(input) {
            return Err(refuse(Rule::NotAFunction, input.span(), text));
        }
        Ok(Self {
            visibility,
            defaultness,
            signature: input.parse()?,
        })
    }
}

/// What to annotate instead of an item that is no function.
fn no_function(input: ParseStream<'_>) -> Option<&'static str> {
    if input.peek(syn::Token![impl]) {
        return Some("an `impl` block makes no calls: annotate its methods");
    }
    if input.peek(syn::Token![trait]) {
        return Some("a trait makes no calls: annotate its default methods or its implementations");
    }
    let starts_other = input.peek(syn::Token![struct])
        || input.peek(syn::Token![enum])
        || input.peek(syn::Token![mod])
        || input.peek(syn::Token![static])
        || input.peek(syn::Token![type])
        || input.peek(syn::Token![use])
        || input.peek(syn::Token![let])
        || (input.peek(syn::Token![const]) && input.peek2(syn::Ident));
    starts_other.then_some("this is no function: annotate an `async fn`")
}

impl Target {
    /// Reads a function. Its body stays unread: it can be long, and only the compiler need
    /// understand it.
    pub(crate) fn read(item: TokenStream) -> syn::Result<Self> {
        let (attributes, head) = outer_attributes(item);
        let mut head: Vec<TokenTree> = head.into_iter().collect();
        let last = head.pop();
        let body = last.clone().and_then(body_of);
        // Without a body, the last token is needed to say what else this is.
        let semicolon = matches!(&last, Some(TokenTree::Punct(punct)) if punct.as_char() == ';');
        if body.is_none() && !semicolon {
            head.extend(last.clone());
        }
        let head: TokenStream = head.into_iter().collect();
        if limits::are_exceeded(&head) {
            let text = "this signature is nested too deeply or too long";
            return Err(refuse(Rule::TooLarge, proc_macro2::Span::call_site(), text));
        }
        let Head {
            visibility,
            defaultness,
            signature,
        } = syn::parse2(head)?;
        let Some(body) = body else {
            let text = "this method has no body to make resilient: annotate its implementations";
            return Err(refuse_at(
                Rule::NotAFunction,
                &last,
                signature.ident.span(),
                text,
            ));
        };
        refuse_impossible(&signature)?;
        let (kind, declared) = output::read(&signature)?;
        let (output, failure) = (
            without_opaque(&declared, "_"),
            without_opaque(&declared, "()"),
        );
        let attributes = attributes.into_iter();
        Ok(Self {
            attributes: attributes
                .map(|(pound, group)| quote!(#pound #group))
                .collect(),
            visibility,
            defaultness,
            signature,
            body,
            kind,
            output,
            failure,
            places: output::spans(&declared),
        })
    }

    /// The attributes, visibility and signature, with more documentation behind the user's.
    pub(crate) fn head(&self, docs: &TokenStream) -> TokenStream {
        let Self {
            attributes,
            visibility,
            defaultness,
            signature,
            ..
        } = self;
        quote!(#attributes #docs #visibility #defaultness #signature)
    }

    /// The attributes that stand on the function beside ours.
    pub(crate) fn attributes(&self) -> &TokenStream {
        &self.attributes
    }

    /// Whether the body is what `#[tokio::main]` and its like make of one: it runs a future to
    /// its end, so what was asynchronous is over.
    pub(crate) fn holds_a_runtime(&self) -> bool {
        self.body
            .to_string()
            .contains("Failed building the Runtime")
    }

    /// How a method takes `self`.
    pub(crate) fn receives(&self) -> Option<Form> {
        Some(match &self.receiver()?.kind {
            ReceiverKind::Reference(_, _, None) => Form::Borrowed,
            ReceiverKind::Reference(..) => Form::BorrowedMut,
            ReceiverKind::Typed(_, declared) => Form::of(declared),
            _ => Form::Owned,
        })
    }

    /// Whether `self` is borrowed mutably, pinned or not.
    pub(crate) fn borrows_self_mutably(&self) -> bool {
        let pinned = self
            .receiver()
            .is_some_and(|receiver| match &receiver.kind {
                ReceiverKind::Typed(_, declared) => {
                    generic(declared, "Pin").is_some_and(|it| Form::of(it) == Form::BorrowedMut)
                }
                _ => false,
            });
        pinned || self.receives() == Some(Form::BorrowedMut)
    }

    /// The `self` that an attempt may consume, and that can be assigned anew for the next one.
    pub(crate) fn owned_receiver(&self) -> Option<Ident> {
        let receiver = self.receiver()?;
        // A pinned reference is no owned value, and cannot be cloned.
        let pinned = matches!(&receiver.kind, ReceiverKind::Typed(_, declared) if generic(declared, "Pin").is_some());
        if pinned || self.receives() != Some(Form::Owned) {
            return None;
        }
        Some(Ident::new("self", receiver.self_token.span))
    }

    /// Lets the glue assign `self` anew.
    pub(crate) fn make_receiver_mutable(&mut self) {
        if let Some(FnArg::Receiver(receiver)) = self.signature.inputs.first_mut() {
            let span = at(receiver.self_token.span);
            receiver.mutability.get_or_insert(syn::Token![mut](span));
        }
    }

    pub(crate) fn receiver(&self) -> Option<&syn::Receiver> {
        match self.signature.inputs.first()? {
            FnArg::Receiver(receiver) => Some(receiver),
            FnArg::Typed(_) => None,
        }
    }
}

/// The braces of a body, also where a `macro_rules!` variable stands for it.
fn body_of(last: TokenTree) -> Option<Group> {
    match bare(last.into()).into_iter().next()? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    }
}

fn refuse_impossible(signature: &Signature) -> syn::Result<()> {
    if let Some(constness) = &signature.constness {
        let text =
            "a `const fn` cannot wait, so there is nothing to make resilient: remove `const`";
        return Err(refuse(Rule::SpecialFunction, constness.span(), text));
    }
    if let Some(abi) = &signature.abi {
        let text =
            "a function with a foreign ABI cannot be asynchronous: annotate the function it calls";
        return Err(refuse(Rule::SpecialFunction, abi.span(), text));
    }
    if let Some(variadic) = &signature.variadic {
        let text = "a variadic function cannot be asynchronous: annotate the function it calls";
        return Err(refuse(Rule::SpecialFunction, variadic.span(), text));
    }
    Ok(())
}
