//! Counts, percentages and factors.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use resilience_policy::Rule;
use syn::Lit;

use super::{Value, is_negative, literal, not_a};
use crate::args::wrong;

/// A whole number, a constant, or an expression.
pub(crate) fn count(key: &Ident, written: TokenStream) -> syn::Result<Value<u32>> {
    if is_negative(&written) {
        return Err(wrong(
            Rule::ZeroCount,
            &written,
            key,
            format!("`{key}` counts: write a number from 0 up"),
        ));
    }
    match literal(&written) {
        None => Value::later(key, &written, "count", "`3`"),
        Some(Lit::Int(int)) if int.suffix().is_empty() || int.suffix() == "u32" => {
            let value: u32 = int.base10_parse().map_err(|_| {
                wrong(
                    Rule::WrongValue,
                    &written,
                    key,
                    format!("`{key}` is at most {}", u32::MAX),
                )
            })?;
            Ok(Value::literal(value, quote!(#value), written))
        }
        Some(_) => Err(not_a(key, &written, "count", "`3`")),
    }
}

/// `50%`, a constant, or an expression: a whole number of per cent.
pub(crate) fn percentage(key: &Ident, written: TokenStream) -> syn::Result<Value<u32>> {
    let mut tokens: Vec<TokenTree> = written.clone().into_iter().collect();
    let sign = matches!(tokens.last(), Some(TokenTree::Punct(p)) if p.as_char() == '%');
    if sign {
        tokens.pop();
    }
    let number: TokenStream = tokens.into_iter().collect();
    match literal(&number) {
        Some(Lit::Int(int)) if sign && int.suffix().is_empty() => {
            let value: u32 = int.base10_parse().unwrap_or(u32::MAX);
            Ok(Value::literal(value, quote!(#value), written))
        }
        Some(Lit::Int(int)) => {
            let text = format!("`{key}` is a percentage: write `{int}%`");
            Err(wrong(Rule::MissingUnit, &written, key, text))
        }
        None if !sign && !is_negative(&written) => {
            Value::later(key, &written, "percentage", "`50%`")
        }
        _ => Err(not_a(key, &written, "whole percentage", "`50%`")),
    }
}

/// A factor: a whole or decimal number, a constant, or an expression.
pub(crate) fn factor(key: &Ident, written: TokenStream) -> syn::Result<Value<f64>> {
    let text = match literal(&written) {
        None if is_negative(&written) => {
            return Err(wrong(
                Rule::ShrinkingFactor,
                &written,
                key,
                "a factor below 1 makes the delays shrink: write 1 or more",
            ));
        }
        None => {
            let mut value: Value<f64> = Value::later(key, &written, "factor", "`2`")?;
            let (tokens, constant) = (value.tokens, value.constant);
            value.tokens = quote!((#tokens) as f64);
            value.constant = quote!((#constant) as f64);
            return Ok(value);
        }
        Some(Lit::Int(int)) if int.suffix().is_empty() => int.base10_digits().to_owned(),
        Some(Lit::Float(float)) if float.suffix().is_empty() => float.base10_digits().to_owned(),
        Some(_) => return Err(not_a(key, &written, "factor", "`2` or `1.5`")),
    };
    let value: f64 = text
        .parse()
        .map_err(|_| not_a(key, &written, "factor", "`2` or `1.5`"))?;
    Ok(Value::literal(value, quote!(#value), written))
}
