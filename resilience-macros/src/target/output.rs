//! What the function returns in the end, and how it says that it is asynchronous.

use proc_macro2::{Span, TokenStream};
use resilience_policy::Rule;
use syn::{
    GenericArgument, PathArguments, ReturnType, Signature, Type, TypeParamBound, spanned::Spanned,
};

use crate::{
    errors::{refuse, refuse_at},
    names::span_of,
};

/// How the function says that it is asynchronous.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `async fn`
    Async,
    /// `-> impl Future<Output = …>`
    Future,
    /// `-> Pin<Box<dyn Future<Output = …>>>`, which is what `#[async_trait]` makes of a method.
    Boxed,
    /// Not at all: its thread waits.
    Plain,
}

/// The result, and where it was found.
pub(super) fn read(signature: &Signature) -> syn::Result<(Kind, Type)> {
    let ReturnType::Type(_, declared) = &signature.output else {
        let text = "this function returns no `Result`, so no layer can see it fail: write `-> Result<(), E>`";
        return Err(refuse(Rule::NoResult, signature.ident.span(), text));
    };
    if let Some(asyncness) = &signature.asyncness {
        if let Type::ImplTrait(opaque) = declared.as_ref()
            && opaque
                .bounds
                .iter()
                .any(|bound| future_output(bound).is_some())
        {
            let text = "an `async fn` is a future already: remove `async`, or return what the \
                        future comes to";
            return Err(refuse(Rule::NoResult, asyncness.span, text));
        }
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
        (Some(_), _) => return Err(not_async(signature)),
        (None, _) if seems_a_future(declared) => return Err(hidden_future(signature, declared)),
        (None, _) => {
            refuse_plain(declared)?;
            return Ok((Kind::Plain, declared.as_ref().clone()));
        }
    };
    match bounds.iter().find_map(future_output) {
        Some(output) => {
            refuse_plain(output)?;
            Ok((kind, output.clone()))
        }
        None => Err(not_async(signature)),
    }
}

fn not_async(signature: &Signature) -> syn::Error {
    let text = "this function returns neither a `Result` nor a future of one: write `async fn`, \
                or spell out `impl Future<Output = Result<T, E>>`";
    refuse(Rule::NotAsync, signature.fn_token.span, text)
}

/// An alias or an associated type may well be a future, which only the compiler sees.
fn seems_a_future(declared: &Type) -> bool {
    let Type::Path(path) = declared else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident.to_string().ends_with("Future"))
}

fn hidden_future(signature: &Signature, declared: &Type) -> syn::Error {
    let text = "what this future comes to does not show here: spell it out, as in \
                `Pin<Box<dyn Future<Output = Result<T, E>> + Send>>`";
    refuse_at(Rule::NotAsync, declared, signature.fn_token.span, text)
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
    Err(refuse_at(Rule::NoResult, output, Span::call_site(), text))
}

/// The places of `T` and `E` in `Result<T, E>`, or of the last name in an alias of it.
pub(super) fn spans(output: &Type) -> [Span; 2] {
    [0, 1].map(|place| argument(output, place).map_or_else(|| name_span(output), name_span))
}

fn name_span(declared: &Type) -> Span {
    let last = match declared {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    last.map_or_else(|| span_of(declared), |last| last.ident.span())
}

/// One of the types in `name<T, E>`.
fn argument(declared: &Type, place: usize) -> Option<&Type> {
    let Type::Path(path) = declared else {
        return None;
    };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    });
    types.nth(place)
}

/// The type in `Pin<Box<T>>`.
fn pinned_box(declared: &Type) -> Option<&Type> {
    generic(generic(declared, "Pin")?, "Box")
}

/// The type in `name<T>`.
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

/// The first `&mut` in a type.
pub(crate) fn mutable_reference(declared: &Type) -> Option<&Type> {
    match declared {
        Type::Reference(reference) if reference.mutability.is_some() => Some(declared),
        Type::Reference(reference) => mutable_reference(&reference.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(mutable_reference),
        Type::Paren(inner) => mutable_reference(&inner.elem),
        Type::Group(inner) => mutable_reference(&inner.elem),
        Type::Path(path) => {
            let segments = path.path.segments.iter();
            let arguments = segments.filter_map(|segment| match &segment.arguments {
                PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
                _ => None,
            });
            arguments.flatten().find_map(|argument| match argument {
                GenericArgument::Type(inner) => mutable_reference(inner),
                _ => None,
            })
        }
        _ => None,
    }
}
