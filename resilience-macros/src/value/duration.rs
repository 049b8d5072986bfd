//! `30s`, `1.5s`: durations with their units.

use std::time::Duration;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote;
use resilience_policy::Rule;
use syn::Lit;

use super::{Value, is_negative, literal, not_a};
use crate::{args::wrong, errors::refuse};

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

/// `60s` inside an expression, where it is no literal of Rust.
pub(super) fn literal_with_a_unit(tokens: &TokenStream) -> Option<syn::Error> {
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
