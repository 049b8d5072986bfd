//! `timeout`: its value, and its limit around what lies inside.

use std::time::Duration;

use quote::quote;
use resilience_policy::Rule;

use crate::{
    args::Args,
    cx::{Cx, Inner},
    errors::refuse,
    names::{local_of, site},
    value::{Value, duration, unnamed},
};

/// `#[timeout(10s)]`, `#[timeout(60s, fits)]`
pub(crate) struct Timeout {
    pub(crate) after: Value<Duration>,
    /// Whether it asks for proof that the worst case inside fits.
    pub(crate) fits: bool,
}

impl Timeout {
    pub(crate) fn parse(args: &mut Args) -> Option<Self> {
        let fits = args.flag("fits").is_some();
        let Some(written) = args.positional() else {
            // A made-up key is one mistake, not two.
            let (rule, span, text) =
                if let Some((key, value)) = args.any_unknown(&["name", "crate"]) {
                    let text = "`timeout` takes its duration without a key";
                    let read = duration(&key, value.clone()).is_ok();
                    let value = if read {
                        value.to_string()
                    } else {
                        "30s".to_owned()
                    };
                    let text = format!("{text}: write `#[timeout({value})]`");
                    (Rule::UnknownArgument, key.span(), text)
                } else {
                    let text = "`timeout` needs a duration: write `#[timeout(30s)]`";
                    (Rule::MissingValue, args.span(), text.to_owned())
                };
            args.errors.add(refuse(rule, span, text));
            return None;
        };
        let after = duration(&unnamed("timeout", args.span()), written);
        args.errors.take(after).map(|after| Self { after, fits })
    }

    /// ```text
    /// let limit = Limit::new(10s, outer limit);
    /// timeout::<Ret, _, _, _>(&SITE, &limit, call, inner, |it| rejected::<Ret, _>(it))
    /// ```
    ///
    /// Where only a retry around it asks whether it has cut, it is a `Cut::new(|| 10s)`; where no
    /// other layer looks at it, the duration is enough.
    pub(crate) fn wrap(cx: &Cx<'_>, at: usize, inner: Inner) -> Inner {
        let limit = local_of("limit", at);
        let (site, output) = (site(), cx.output());
        let (outer, call) = (cx.limit_around(at), cx.call());
        let [new, cut, timeout] = ["Limit", "Cut", "timeout"].map(|name| cx.root.private(name));
        let rejected = cx.rejected();
        let after = cx.policy(at);
        let Inner {
            setup,
            future,
            mut limits,
            ..
        } = inner.into_future();
        let made = if cx.looks_at_limit(at) {
            Some(quote!(#new::new(#after, #outer)))
        } else if cx.is_asked_for_its_cut(at) {
            Some(quote!(#cut::new(|| #after)))
        } else {
            None
        };
        let limited = if made.is_some() {
            quote!(&#limit)
        } else {
            quote!(|| #after)
        };
        let limit = made.map(|made| {
            limits.push(limit.clone());
            quote!(let #limit = #made;)
        });
        Inner {
            setup: quote!(#limit #setup),
            future: quote!(#timeout::<#output, _, _, _>(&#site, #limited, #call, #future, #rejected)),
            limits,
            awaited: false,
        }
    }
}
