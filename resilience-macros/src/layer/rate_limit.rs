//! `rate_limit`: its rate, and the values beside it.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use resilience_policy::{Rate, RateLimit as Policy, Rule};
use syn::Lit;

use super::limiter::{Limiter, Names};
use crate::{
    args::{Args, wrong},
    errors::refuse,
    names::Root,
    value::{Moment, StandIn, Value, count, unnamed},
};

static NAMES: Names<Policy> = Names {
    layer: "rate_limit",
    surroundings: "RateLimitLayer",
    policy: "RateLimitPolicy",
    state: "RateLimit",
    keys: "RateLimitKeys",
    path: ["LimitPath", "OneRateLimit", "OtherLimit"],
    item: "RATE_LIMIT",
    first: "rate",
    looks_at_limit: true,
    wait: Policy::wait,
    keys_max: Policy::keys_max,
};

/// `#[rate_limit(100/s, burst = 20, wait = 1s)]`
pub(crate) fn parse(args: &mut Args, root: &Root) -> Limiter<Policy> {
    let rate = match args.positional() {
        Some(written) => {
            let rate = rate(&unnamed("rate_limit", args.span()), written, root);
            args.errors.take(rate)
        }
        None => missing(args),
    };
    if rate.is_none() {
        args.unreadable.push(NAMES.first);
    }
    let mut limiter = Limiter::new(&NAMES, Policy::new(), rate, Policy::rate, root);
    let burst = args.read("burst", count);
    limiter.policy.set("burst", "burst", burst, Policy::burst);
    limiter.read(args);
    limiter
}

fn missing<T>(args: &mut Args) -> Option<T> {
    let known = ["burst", "wait", "key", "keys_max", "name", "crate"];
    // A made-up key is one mistake, not two.
    let error = if let Some((key, value)) = args.any_unknown(&known) {
        let value = value.to_string().replace(' ', "");
        let text = "`rate_limit` takes its rate without a key";
        let text = format!("{text}: write `#[rate_limit({value})]`");
        refuse(Rule::UnknownArgument, key.span(), text)
    } else {
        let text = "`rate_limit` needs a rate: write `#[rate_limit(100/s)]`";
        refuse(Rule::MissingValue, args.span(), text)
    };
    args.errors.add(error);
    None
}

const UNITS: &str = "`/s`, `/m` (or `/min`), `/h`, `/d`";

/// `100/s`, a constant, or an expression of a `Rate`.
fn rate(key: &Ident, written: TokenStream, root: &Root) -> syn::Result<Value<Rate>> {
    let tokens: Vec<TokenTree> = written.clone().into_iter().collect();
    let fail = |rule, text: String| Err(wrong(rule, &written, key, text));
    match tokens.as_slice() {
        [TokenTree::Punct(minus), ..] if minus.as_char() == '-' => {
            let text = "a rate cannot be negative: write `100/s` or the like";
            fail(Rule::ZeroCount, text.to_owned())
        }
        [TokenTree::Literal(number), rest @ ..] => {
            let number: TokenStream = TokenTree::from(number.clone()).into();
            let Ok(Lit::Int(int)) = syn::parse2(number.clone()) else {
                let text = format!(
                    "`{number}` is no number of calls: write a whole one, as in `100/s` or `30/m`"
                );
                return fail(Rule::WrongValue, text);
            };
            if !int.suffix().is_empty() {
                let digits = int.base10_digits();
                let text = format!("`{written}` is no rate: write one as in `{digits}/s`");
                return fail(Rule::WrongValue, text);
            }
            let [TokenTree::Punct(per), unit] = rest else {
                let text = format!(
                    "`{}` has no unit: write one of {UNITS} behind it, as in `{}/s`",
                    written,
                    int.base10_digits()
                );
                return fail(Rule::MissingUnit, text);
            };
            if per.as_char() != '/' {
                let text = format!("`{written}` is no rate: write one as in `100/s`");
                return fail(Rule::WrongValue, text);
            }
            let Some(period) = period(&unit.to_string()) else {
                let text = format!("`/{unit}` is no unit of a rate: write one of {UNITS}");
                return fail(Rule::MissingUnit, text);
            };
            let Ok(count) = int.base10_parse::<u32>() else {
                let text = format!("a rate is at most {} calls: write `/h` or `/d`", u32::MAX);
                return fail(Rule::WrongValue, text);
            };
            let (rate, seconds) = (root.private("Rate"), period.as_secs());
            let tokens = quote!(#rate::new(#count, ::core::time::Duration::from_secs(#seconds)));
            Ok(Value::literal(Rate::new(count, period), tokens, written))
        }
        _ => {
            let mut value = Value::later(key, &written, "rate", "`100/s`")?;
            if value.moment == Moment::Call {
                // For the rules: one that breaks none.
                let rate = root.private("Rate");
                value.constant = quote!(#rate::per_second(1));
            }
            Ok(value)
        }
    }
}

impl StandIn for Rate {
    fn value() -> Self {
        Self::per_second(1)
    }

    /// Only who reads a rate knows the path of its type.
    fn tokens() -> TokenStream {
        TokenStream::new()
    }
}

fn period(unit: &str) -> Option<Duration> {
    Some(Duration::from_secs(match unit {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    }))
}
