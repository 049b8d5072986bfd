//! The function under the attributes: its attributes and signature, and its body unread.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    FnArg, GenericArgument, PathArguments, ReceiverKind, ReturnType, Signature, Type,
    TypeParamBound, Visibility,
    parse::{Parse, ParseStream},
    spanned::Spanned,
};

use crate::{
    collect::{bare, outer_attributes},
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
}

/// How the function says that it is asynchronous.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `async fn`
    Async,
    /// `-> impl Future<Output = …>`
    Future,
    /// `-> Pin<Box<dyn Future<Output = …>>>`, which is what `#[async_trait]` makes of a method.
    Boxed,
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
            return Err(input.error(text));
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
            return Err(syn::Error::new(proc_macro2::Span::call_site(), text));
        }
        let Head {
            visibility,
            defaultness,
            signature,
        } = syn::parse2(head)?;
        let Some(body) = body else {
            let text = "this method has no body to make resilient: annotate its implementations";
            return Err(crate::errors::error_at(&last, signature.ident.span(), text));
        };
        let (kind, declared) = result_of(&signature)?;
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
        })
    }

    /// The attributes, visibility and signature.
    pub(crate) fn head(&self) -> TokenStream {
        let Self {
            attributes,
            visibility,
            defaultness,
            signature,
            ..
        } = self;
        quote!(#attributes #visibility #defaultness #signature)
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

fn result_of(signature: &Signature) -> syn::Result<(Kind, Type)> {
    refuse_impossible(signature)?;
    let ReturnType::Type(_, declared) = &signature.output else {
        if signature.asyncness.is_some() {
            let text = "this function returns no `Result`, so no layer can see it fail: write `-> Result<(), E>`";
            return Err(syn::Error::new(signature.ident.span(), text));
        }
        return Err(not_async(signature));
    };
    if signature.asyncness.is_some() {
        refuse_plain(declared)?;
        return Ok((Kind::Async, declared.as_ref().clone()));
    }
    let boxed = pinned_box(declared);
    let kind = if boxed.is_some() {
        Kind::Boxed
    } else {
        Kind::Future
    };
    let bounds = match (boxed, declared.as_ref()) {
        (Some(Type::TraitObject(object)), _) => &object.bounds,
        (None, Type::ImplTrait(opaque)) => &opaque.bounds,
        _ => return Err(not_async(signature)),
    };
    match bounds.iter().find_map(future_output) {
        Some(output) => {
            refuse_plain(output)?;
            Ok((kind, output.clone()))
        }
        None => Err(not_async(signature)),
    }
}

fn refuse_impossible(signature: &Signature) -> syn::Result<()> {
    if let Some(constness) = &signature.constness {
        let text =
            "a `const fn` cannot wait, so there is nothing to make resilient: remove `const`";
        return Err(syn::Error::new(constness.span(), text));
    }
    if let Some(abi) = &signature.abi {
        let text =
            "a function with a foreign ABI cannot be asynchronous: annotate the function it calls";
        return Err(syn::Error::new(abi.span(), text));
    }
    if let Some(variadic) = &signature.variadic {
        let text = "a variadic function cannot be asynchronous: annotate the function it calls";
        return Err(syn::Error::new(variadic.span(), text));
    }
    Ok(())
}

fn not_async(signature: &Signature) -> syn::Error {
    let text = "this function is not `async`: write `async fn`; \
                if `#[tokio::main]`, `#[test]` or the like stands above, move it below";
    syn::Error::new(signature.fn_token.span, text)
}

/// What is plainly no `Result`. Aliases are left to the compiler.
fn refuse_plain(output: &Type) -> syn::Result<()> {
    let plain = match output {
        Type::Tuple(_) | Type::Reference(_) | Type::Array(_) | Type::Slice(_) | Type::Never(_) => {
            true
        }
        Type::Path(path) => {
            path.path.get_ident().is_some_and(|ident| {
                const PLAIN: &[&str] = &[
                    "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize",
                    "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
                ];
                PLAIN.iter().any(|plain| ident == plain)
            }) || path
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "Option")
        }
        _ => false,
    };
    if !plain {
        return Ok(());
    }
    let text = "this is no `Result`, so no layer can see the function fail: write `Result<…, E>`";
    Err(syn::Error::new_spanned(output, text))
}

/// The type in `Pin<Box<T>>`.
fn pinned_box(declared: &Type) -> Option<&Type> {
    generic(generic(declared, "Pin")?, "Box")
}

pub(crate) fn generic<'t>(declared: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = declared else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}

/// The type in `Future<Output = T>`.
fn future_output(bound: &TypeParamBound) -> Option<&Type> {
    let TypeParamBound::Trait(bound) = bound else {
        return None;
    };
    let last = bound
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Future")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(output) if output.ident == "Output" => Some(&output.ty),
        _ => None,
    })
}

/// The type with these tokens in the place of every `impl Trait`.
pub(crate) fn without_opaque(declared: &Type, instead: &str) -> Type {
    let mut output = declared.clone();
    blank(&mut output, instead);
    output
}

fn blank(output: &mut Type, instead: &str) {
    match output {
        Type::ImplTrait(opaque) => {
            let span = opaque.span();
            let tokens = instead.parse().unwrap_or_else(|_| TokenStream::new());
            *output = Type::Verbatim(crate::names::located(tokens, span));
        }
        Type::Path(path) => {
            for segment in &mut path.path.segments {
                if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                    for argument in &mut arguments.args {
                        if let GenericArgument::Type(inner) = argument {
                            blank(inner, instead);
                        }
                    }
                }
            }
        }
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(|elem| blank(elem, instead)),
        Type::Reference(reference) => blank(&mut reference.elem, instead),
        Type::Paren(inner) => blank(&mut inner.elem, instead),
        Type::Group(inner) => blank(&mut inner.elem, instead),
        _ => {}
    }
}
