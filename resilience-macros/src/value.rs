//! Values: literals with units, constants, and expressions.

use std::time::Duration;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use resilience_policy::Rule;
use syn::Lit;

use crate::{
    args::wrong,
    errors::refuse,
    names::{Root, at, span_of},
};

/// A value of an attribute and the moment at which it is known.
#[derive(Clone)]
pub(crate) struct Value<T> {
    /// The value, where it is a literal.
    pub(crate) literal: Option<T>,
    pub(crate) moment: Moment,
    /// An expression of it.
    pub(crate) tokens: TokenStream,
    /// The same for the compiler: something that breaks no rule, where only the call knows it.
    pub(crate) constant: TokenStream,
    /// What the user wrote.
    pub(crate) written: TokenStream,
    /// Of a value that is put together, the parts that are no literals.
    pub(crate) parts: Parts,
}

/// Keys whose values are not known yet.
#[derive(Clone, Default)]
pub(crate) struct Parts {
    /// At expansion.
    pub(crate) no_literals: Vec<&'static str>,
    /// To the compiler.
    pub(crate) no_constants: Vec<&'static str>,
}

/// A value that breaks no rule by itself, in the place of one that is not known yet.
pub(crate) trait StandIn: Sized {
    fn value() -> Self;
    fn tokens() -> TokenStream;
}

impl StandIn for u32 {
    fn value() -> Self {
        1
    }

    fn tokens() -> TokenStream {
        quote!(1)
    }
}

impl StandIn for Duration {
    fn value() -> Self {
        Self::from_nanos(1)
    }

    fn tokens() -> TokenStream {
        quote!(::core::time::Duration::from_nanos(1))
    }
}

impl StandIn for f64 {
    fn value() -> Self {
        1.0
    }

    fn tokens() -> TokenStream {
        quote!(1.0_f64)
    }
}

/// Of a window only that it is written.
impl StandIn for () {
    fn value() -> Self {}

    fn tokens() -> TokenStream {
        TokenStream::new()
    }
}

/// When a value is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Moment {
    /// At expansion.
    Literal,
    /// To the compiler.
    Constant,
    /// When the call is made.
    Call,
}

impl<T> Value<T> {
    /// A value that is known at expansion.
    pub(crate) fn literal(value: T, tokens: TokenStream, written: TokenStream) -> Self {
        Self {
            literal: Some(value),
            moment: Moment::Literal,
            constant: tokens.clone(),
            tokens,
            written,
            parts: Parts::default(),
        }
    }

    /// The same, when nobody asks for the value.
    pub(crate) fn without_literal(self) -> Value<()> {
        Value {
            literal: None,
            moment: self.moment,
            tokens: self.tokens,
            constant: self.constant,
            written: self.written,
            parts: self.parts,
        }
    }
}

impl<T: StandIn> Value<T> {
    /// A constant or an expression; `kind` and `example` say what stands here, where it is none.
    pub(crate) fn later(
        key: &Ident,
        written: &TokenStream,
        kind: &str,
        example: &str,
    ) -> syn::Result<Self> {
        if syn::parse2::<syn::Expr>(written.clone()).is_err() {
            return Err(not_a(key, written, kind, example));
        }
        if let Some(error) = literal_with_a_unit(written) {
            return Err(error);
        }
        let moment = if is_constant(written) {
            Moment::Constant
        } else {
            Moment::Call
        };
        let constant = match moment {
            Moment::Call => T::tokens(),
            _ => written.clone(),
        };
        Ok(Self {
            literal: None,
            moment,
            tokens: written.clone(),
            constant,
            written: written.clone(),
            parts: Parts::default(),
        })
    }
}

/// Whether these tokens are the path of a constant: its last segment is in `SCREAMING_CASE`.
pub(crate) fn is_constant(tokens: &TokenStream) -> bool {
    let mut last = None;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) => last = Some(ident.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            _ => return false,
        }
    }
    last.is_some_and(|name| {
        name.chars().any(|c| c.is_ascii_uppercase())
            && name
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    })
}

fn literal(tokens: &TokenStream) -> Option<Lit> {
    syn::parse2(tokens.clone()).ok()
}

fn is_negative(tokens: &TokenStream) -> bool {
    matches!(tokens.clone().into_iter().next(), Some(TokenTree::Punct(p)) if p.as_char() == '-')
}

const UNITS: &str = "`us`, `ms`, `s`, `m` (or `min`), `h`, `d`";

/// `30s`, `1.5s`, a constant, or an expression.
pub(crate) fn duration(key: &Ident, written: TokenStream) -> syn::Result<Value<Duration>> {
    if is_negative(&written) {
        return Err(wrong(
            Rule::ZeroDuration,
            &written,
            key,
            "a duration cannot be negative: write `30s` or the like",
        ));
    }
    let (digits, unit) = match literal(&written) {
        None => {
            return Value::later(key, &written, "duration", "`30s`");
        }
        Some(Lit::Int(int)) => (int.to_string(), int.suffix().to_owned()),
        Some(Lit::Float(float)) => (float.to_string(), float.suffix().to_owned()),
        Some(_) => return Err(not_a(key, &written, "duration", "`30s`")),
    };
    let number = digits.strip_suffix(unit.as_str()).unwrap_or(&digits);
    let Some(unit_nanos) = nanos_of(&unit) else {
        let text = if unit.is_empty() {
            format!("`{digits}` has no unit: write one of {UNITS} behind it, as in `{digits}s`")
        } else if unit.starts_with(|c: char| "usmhd".contains(c))
            && unit.contains(|c: char| c.is_ascii_digit())
        {
            format!(
                "`{digits}` is more than one number: write one number with one unit, as in `90m` for an hour and a half"
            )
        } else {
            format!("`{unit}` is no unit of time: write one of {UNITS}")
        };
        return Err(wrong(Rule::MissingUnit, &written, key, text));
    };
    if number.bytes().all(|b| b.is_ascii_digit() || b == b'_')
        && decimal(number, unit_nanos).is_none()
    {
        let text = format!("`{digits}` is too long a time: write at most `200000d`");
        return Err(wrong(Rule::WrongValue, &written, key, text));
    }
    let Some(nanos) = decimal(number, unit_nanos) else {
        let text = format!("`{digits}` is no duration: write plain digits and one of {UNITS}");
        return Err(wrong(Rule::WrongValue, &written, key, text));
    };
    let value = Duration::from_nanos(nanos);
    let (secs, nanos) = (value.as_secs(), value.subsec_nanos());
    Ok(Value::literal(
        value,
        quote!(::core::time::Duration::new(#secs, #nanos)),
        written,
    ))
}

fn nanos_of(unit: &str) -> Option<u64> {
    Some(match unit {
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" | "min" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "d" => 86_400_000_000_000,
        _ => return None,
    })
}

/// `number × unit`, where the number may have decimals. No other bases, no exponents.
fn decimal(number: &str, unit: u64) -> Option<u64> {
    let number = number.replace('_', "");
    let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return None;
    }
    let mut sum = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let mut place = unit;
    for digit in part.chars() {
        place /= 10;
        sum = sum.checked_add(place * u64::from(digit.to_digit(10)?))?;
    }
    Some(sum)
}

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

/// A window that a constant or an expression says: `u32` calls or a `Duration`.
pub(crate) fn window(key: &Ident, written: &TokenStream, root: &Root) -> syn::Result<Value<()>> {
    let mut value = Value::later(key, written, "window", "`100` calls or `30s`")?;
    let module = root.module();
    let tokens = value.tokens;
    let span = at(span_of(&tokens));
    let window = quote_spanned!(span=> #module::WindowOf(#tokens).window());
    value.tokens = quote!({ use #module::NoWindow as _; #window });
    value.constant = match value.moment {
        Moment::Call => quote!(#module::Window::Calls(1)),
        _ => value.tokens.clone(),
    };
    Ok(value)
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

/// A string literal.
pub(crate) fn string(key: &Ident, written: &TokenStream) -> syn::Result<syn::LitStr> {
    syn::parse2(written.clone()).map_err(|_| {
        wrong(
            Rule::WrongValue,
            written,
            key,
            format!("`{key}` is text: write `{key} = \"…\"`"),
        )
    })
}

/// Any expression.
pub(crate) fn expression(key: &Ident, written: TokenStream) -> syn::Result<TokenStream> {
    match syn::parse2::<syn::Expr>(written.clone()) {
        Ok(_) => literal_with_a_unit(&written).map_or(Ok(written), Err),
        Err(error) => {
            let text = format!("`{key}` takes an expression: {error}");
            Err(wrong(Rule::WrongValue, &written, key, text))
        }
    }
}

/// `60s` inside an expression, where it is no literal of Rust.
fn literal_with_a_unit(tokens: &TokenStream) -> Option<syn::Error> {
    tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Literal(literal) => {
            let written = literal.to_string();
            let unit = match Lit::new(literal.clone()) {
                Lit::Int(int) => int.suffix().to_owned(),
                Lit::Float(float) => float.suffix().to_owned(),
                _ => return None,
            };
            nanos_of(&unit)?;
            let text = format!(
                "`{written}` stands alone or not at all: in an expression write \
                 `Duration::from_secs(…)` or the like"
            );
            Some(refuse(Rule::WrongValue, literal.span(), text))
        }
        // What a closure or a macro makes of its tokens is its own business.
        TokenTree::Group(group) if group.delimiter() != Delimiter::Brace => {
            literal_with_a_unit(&group.stream())
        }
        _ => None,
    })
}

fn not_a(key: &Ident, written: &TokenStream, kind: &str, example: &str) -> syn::Error {
    let text = format!("`{written}` is no {kind}: write {example}, a constant or an expression");
    wrong(Rule::WrongValue, written, key, text)
}

/// An ident to stand for a value without a key in messages.
pub(crate) fn unnamed(word: &str, span: Span) -> Ident {
    Ident::new(word, span)
}
