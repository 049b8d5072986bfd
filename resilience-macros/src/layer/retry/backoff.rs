//! How long a retry waits, as it is written: the backoff and its jitter.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use resilience_policy::{Jitter, Rule, Schedule};

use crate::{
    args::{Args, call, wrong},
    errors::refuse,
    layer::Built,
    names::Root,
    value::{StandIn, Value, duration, expression, factor, unnamed},
};

pub(super) enum Backoff {
    /// With what was written for its parts.
    Schedule(Value<Schedule>, Vec<(&'static str, TokenStream)>),
    Custom(TokenStream),
}

/// `exponential(100ms, factor = 2, cap = 10s)` and its sisters, or any expression.
pub(super) fn backoff(key: &Ident, written: TokenStream, root: &Root) -> syn::Result<Backoff> {
    let Some((shape, inside)) = call(&written) else {
        return custom(key, written);
    };
    let schedule = root.private("Schedule");
    let shape_name = shape.to_string();
    let new: fn(Duration) -> Schedule = match (shape_name.as_str(), &inside) {
        ("none", None) => {
            let value = Value::literal(Schedule::none(), quote!(#schedule::none()), written);
            return Ok(Backoff::Schedule(value, Vec::new()));
        }
        ("constant", Some(_)) => Schedule::constant,
        ("linear", Some(_)) => Schedule::linear,
        ("exponential", Some(_)) => Schedule::exponential,
        ("fibonacci", Some(_)) => Schedule::fibonacci,
        ("constant" | "linear" | "exponential" | "fibonacci", None) => {
            let text = format!("`{shape}` needs its delay: write `{shape}(100ms)`");
            return Err(wrong(Rule::MissingValue, &written, key, text));
        }
        _ => return custom(key, written),
    };
    let mut args = Args::new(shape.clone(), inside.unwrap_or_default())?;
    let Some(base) = args.positional() else {
        let text = format!("`{shape}` needs its delay: write `{shape}(100ms)`");
        return Err(wrong(Rule::MissingValue, &written, key, text));
    };
    let base = duration(&unnamed(&shape_name, shape.span()), base)?;
    let mut built = Built::made_of("base", base, new, &quote!(#schedule::#shape));
    if shape_name == "exponential" {
        let factor = args.read("factor", factor);
        built.set("factor", "factor", factor, Schedule::factor);
    }
    if shape_name != "constant" {
        let mut cap = args.read("cap", duration);
        // The cap may stand without its key, as in `linear(1s, 10s)`.
        if cap.is_none()
            && let Some(second) = args.positional()
        {
            let parsed = duration(&unnamed("cap", shape.span()), second);
            cap = args.errors.take(parsed);
        }
        built.set("cap", "cap", cap, Schedule::cap);
    }
    let (value, parts) = built.into_value(written);
    args.finish().into_result(Backoff::Schedule(value, parts))
}

fn custom(key: &Ident, written: TokenStream) -> syn::Result<Backoff> {
    let words = ["exponential", "constant", "linear", "fibonacci", "none"];
    if let Some((word, _)) = call(&written)
        && let Some(near) = crate::suggest::nearest(&word.to_string(), &words)
    {
        let text = format!("`{word}` is no backoff: did you mean `{near}`?");
        return Err(refuse(Rule::WrongValue, word.span(), text));
    }
    if let Ok(delay) = duration(key, written.clone())
        && delay.literal.is_some()
    {
        let text = format!("`{written}` is a delay: write `constant({written})`");
        return Err(wrong(Rule::WrongValue, &written, key, text));
    }
    expression(key, written).map(Backoff::Custom)
}

/// `full`, `equal`, `decorrelated` or `none`.
pub(super) fn jitter(key: &Ident, written: TokenStream, root: &Root) -> syn::Result<Value<Jitter>> {
    let (value, name) = match written.to_string().as_str() {
        "full" => (Jitter::Full, "Full"),
        "equal" => (Jitter::Equal, "Equal"),
        "decorrelated" => (Jitter::Decorrelated, "Decorrelated"),
        "none" => (Jitter::None, "None"),
        other => {
            let words = ["full", "equal", "decorrelated", "none"];
            let near = crate::suggest::nearest(other, &words);
            let text = match near {
                Some(near) => format!("`{other}` is no jitter: did you mean `{near}`?"),
                None => format!(
                    "`{other}` is no jitter: write `full`, `equal`, `decorrelated` or `none`"
                ),
            };
            return Err(wrong(Rule::WrongValue, &written, key, text));
        }
    };
    let jitter = root.private("Jitter");
    let name = Ident::new(name, proc_macro2::Span::call_site());
    let tokens = quote!(#jitter::#name);
    Ok(Value::literal(value, tokens, written))
}

/// A schedule is known at expansion, whatever its parts are.
impl StandIn for Schedule {
    fn value() -> Self {
        Self::none()
    }

    fn tokens() -> TokenStream {
        TokenStream::new()
    }
}

/// A jitter is a word.
impl StandIn for Jitter {
    fn value() -> Self {
        Self::None
    }

    fn tokens() -> TokenStream {
        TokenStream::new()
    }
}

impl Value<Schedule> {
    /// What the rules see of a backoff of the user's own: it may wait for ever, and with the full
    /// jitter of the policy for no time at all.
    pub(super) fn unknown_schedule(root: &Root) -> Self {
        let schedule = root.private("Schedule");
        Self::literal(
            Schedule::constant(Duration::MAX),
            quote!(#schedule::constant(::core::time::Duration::MAX)),
            TokenStream::new(),
        )
    }
}
