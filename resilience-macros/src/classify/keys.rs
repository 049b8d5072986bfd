//! How keys are written: `key`, `key = value`, one after the other.

use proc_macro2::TokenTree;
use quote::ToTokens;
use resilience_policy::Rule;
use syn::{Attribute, Ident, LitStr, Member, Meta, Token, ext::IdentExt, parse::ParseStream};

use super::Errors;
use crate::{errors::refuse, suggest::nearest};

/// Calls `each` for every `key …` of a list; an error does not hide the entries after it.
pub(super) fn entries(
    attr: &Attribute,
    errors: &mut Errors,
    mut each: impl FnMut(Ident, ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    match &attr.meta {
        Meta::Path(_) => {}
        Meta::List(list) => separated(list, errors, |input, errors| {
            let key = key(input)?;
            each(key, input, errors)
        }),
        Meta::NameValue(pair) => {
            let word = pair.path.to_token_stream();
            errors.on(
                Rule::WrongValue,
                pair,
                format!("`{word}` takes its keys in parentheses: `#[{word}(…)]`"),
            );
        }
    }
}

pub(super) fn separated(
    list: &syn::MetaList,
    errors: &mut Errors,
    mut each: impl FnMut(ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    let parsed = list.parse_args_with(|input: ParseStream<'_>| {
        while !input.is_empty() {
            let entry = each(input, errors).and_then(|()| comma(input));
            let Err(error) = entry else { continue };
            errors.push(error);
            // Up to and over the next comma: each round takes at least one token.
            while !input.is_empty() {
                let tree: TokenTree = input.parse()?;
                if matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == ',') {
                    break;
                }
            }
        }
        Ok(())
    });
    if let Err(error) = parsed {
        errors.push(error);
    }
}

/// The comma between two entries.
fn comma(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() {
        Ok(())
    } else {
        input.parse::<Token![,]>().map(|_| ()).map_err(unreadable)
    }
}

pub(super) fn key(input: ParseStream<'_>) -> syn::Result<Ident> {
    input
        .call(Ident::parse_any)
        .map_err(|error| refuse(Rule::WrongValue, error.span(), "expected a key"))
}

/// What the parser says, as a wrong value.
pub(super) fn unreadable(error: syn::Error) -> syn::Error {
    refuse(Rule::WrongValue, error.span(), error)
}

/// The `=` after a key, with something behind it.
pub(super) fn value(key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    let needs = || {
        refuse(
            Rule::MissingValue,
            key.span(),
            format!("`{key}` needs a value: `{key} = …`"),
        )
    };
    if !input.peek(Token![=]) {
        return Err(needs());
    }
    input.parse::<Token![=]>()?;
    if input.is_empty() || input.peek(Token![,]) {
        Err(needs())
    } else {
        Ok(())
    }
}

pub(super) fn member(input: ParseStream<'_>) -> syn::Result<Member> {
    if input.peek(LitStr) {
        let text = "expected a field: write its name without quotes";
        return Err(refuse(Rule::WrongValue, input.span(), text));
    }
    let start = input.span();
    input.parse().map_err(|_| {
        refuse(
            Rule::WrongValue,
            start,
            "expected a field: its name, or its number in a tuple",
        )
    })
}

pub(super) fn once<T>(slot: &mut Option<T>, value: T, key: &Ident, errors: &mut Errors) {
    if slot.is_some() {
        errors.at(
            Rule::RepeatedArgument,
            key.span(),
            format!("`{key}` is written twice"),
        );
    } else {
        *slot = Some(value);
    }
}

pub(super) fn unknown(key: &Ident, accepted: &[&str], shown: &str) -> syn::Error {
    unknown_in("key", key, accepted, shown)
}

pub(super) fn unknown_in(what: &str, word: &Ident, accepted: &[&str], shown: &str) -> syn::Error {
    let message = match nearest(&word.to_string(), accepted) {
        Some(guess) => {
            format!("unknown {what} `{word}`, did you mean `{guess}`? accepted: {shown}")
        }
        None => format!("unknown {what} `{word}`; accepted: {shown}"),
    };
    refuse(Rule::UnknownArgument, word.span(), message)
}
