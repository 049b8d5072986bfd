//! Arguments as tokens: split at commas, and into keys and values.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use resilience_policy::Rule;

use crate::errors::refuse;

/// Splits at the commas of the outermost level. A turbofish keeps its commas.
pub(super) fn split(tokens: TokenStream) -> syn::Result<Vec<Vec<TokenTree>>> {
    let mut arguments = Vec::new();
    let mut argument: Vec<TokenTree> = Vec::new();
    let mut angles = 0_usize;
    for token in tokens {
        if let TokenTree::Punct(punct) = &token {
            let after = |text: char| ends_with(&argument, text);
            match punct.as_char() {
                '<' if angles > 0 || after(':') => angles += 1,
                '>' if angles > 0 && !after('-') && !after('=') => angles -= 1,
                ',' if angles == 0 => {
                    if argument.is_empty() {
                        let text = "nothing stands before this comma: remove it";
                        return Err(refuse(Rule::MissingValue, punct.span(), text));
                    }
                    arguments.push(std::mem::take(&mut argument));
                    continue;
                }
                _ => {}
            }
        }
        argument.push(token);
    }
    if !argument.is_empty() {
        arguments.push(argument);
    }
    Ok(arguments)
}

fn ends_with(tokens: &[TokenTree], text: char) -> bool {
    matches!(tokens.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == text)
}

/// `key` and `value` of `key = value`.
pub(super) fn key_of(argument: &[TokenTree]) -> Option<(Ident, TokenStream)> {
    let [TokenTree::Ident(key), TokenTree::Punct(equals), value @ ..] = argument else {
        return None;
    };
    let comparison = matches!(value.first(), Some(TokenTree::Punct(p)) if p.as_char() == '=')
        && equals.spacing() == proc_macro2::Spacing::Joint;
    (equals.as_char() == '=' && !comparison).then(|| (key.clone(), value.iter().cloned().collect()))
}

/// A key that stands behind a value: no value holds a `word =`, but for closures.
pub(super) fn key_inside(argument: &[TokenTree]) -> Option<&Ident> {
    let is =
        |token: &TokenTree, text: char| matches!(token, TokenTree::Punct(p) if p.as_char() == text);
    if argument.iter().any(|token| is(token, '|')) {
        return None;
    }
    let mut places = argument.windows(4).skip(1);
    places.find_map(|window| match window {
        [before, TokenTree::Ident(key), equals, after]
            if is(equals, '=')
                && !is(after, '=')
                && !is(after, '>')
                && matches!(
                    before,
                    TokenTree::Literal(_) | TokenTree::Group(_) | TokenTree::Ident(_)
                ) =>
        {
            Some(key)
        }
        _ => None,
    })
}

/// The elements of a list, split at its commas.
pub(crate) fn list_of(tokens: TokenStream) -> syn::Result<Vec<TokenStream>> {
    let elements = split(tokens)?.into_iter();
    Ok(elements
        .map(|element| element.into_iter().collect())
        .collect())
}

/// The inside of a call like `exponential(…)`, if these tokens are one of `name`.
pub(crate) fn call(tokens: &TokenStream) -> Option<(Ident, Option<TokenStream>)> {
    let mut tokens = tokens.clone().into_iter();
    let Some(TokenTree::Ident(name)) = tokens.next() else {
        return None;
    };
    let inside = match tokens.next() {
        None => None,
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            Some(group.stream())
        }
        Some(_) => return None,
    };
    tokens.next().is_none().then_some((name, inside))
}
