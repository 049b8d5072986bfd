//! `retry`: its policy, and the loop around what lies inside.

mod backoff;
mod hooks;

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use resilience_policy::{Retry as Policy, Rule};

use self::{
    backoff::{Backoff, backoff, jitter},
    hooks::Hooks,
};
use super::{Built, filter::Filter};
use crate::{
    args::{Args, wrong},
    cx::{Cx, Inner},
    errors::refuse,
    names::{Root, at, item_of, lent, local, option, site, span_of},
    value::{Value, count, duration, expression, is_constant},
};

/// `#[retry(max = 3, on = Retryable)]`
pub(crate) struct Retry {
    pub(crate) policy: Built<Policy>,
    pub(crate) filter: Filter,
    on_ok: Option<TokenStream>,
    custom: Option<TokenStream>,
    /// The jitter as it was written: a custom backoff takes no other.
    jitter: Option<TokenStream>,
    budget: Budget,
    hooks: Hooks,
}

enum Budget {
    Own,
    None,
    Shared(TokenStream),
}

impl Retry {
    pub(crate) fn parse(args: &mut Args, root: &Root) -> Self {
        let mut policy = named(args).unwrap_or_else(|| {
            let retry = root.private("Retry");
            Built::new(Policy::new(), quote!(#retry::new()))
        });
        let max = args.read("max", count);
        let attempts = args.key("attempts").and_then(|(key, value)| {
            if max.is_some() {
                let text =
                    "`attempts` counts the first attempt and `max` does not: keep one of the two";
                args.errors
                    .add(refuse(Rule::MaxWithAttempts, key.span(), text));
                return None;
            }
            args.errors.take(count(&key, value))
        });
        policy.set("max", "max", max, Policy::max);
        policy.set("attempts", "attempts", attempts, Policy::attempts);
        let custom = match args.read("backoff", |key, value| backoff(key, value, root)) {
            Some(Backoff::Schedule(schedule, parts)) => {
                policy.set("backoff", "backoff", Some(schedule), Policy::backoff);
                for (key, written) in parts {
                    policy.note(key, written);
                }
                None
            }
            Some(Backoff::Custom(value)) => {
                // Nobody knows its delays: the rules shall count on none, and on any.
                let any = Value::unknown_schedule(root);
                policy.set("backoff", "backoff", Some(any), Policy::backoff);
                Some(value)
            }
            None => None,
        };
        let jitter = args.read("jitter", |key, value| jitter(key, value, root));
        let jitter_tokens = jitter.as_ref().map(|jitter| jitter.tokens.clone());
        if custom.is_none() {
            policy.set("jitter", "jitter", jitter, Policy::jitter);
        }
        let after_max = args.read("after_max", duration);
        policy.set("after_max", "after_max", after_max, Policy::after_max);
        let budget = args.read("budget", budget).unwrap_or(Budget::Own);
        let filter = Filter::parse(args, true).unwrap_or_else(|| Filter::retryable(args.span()));
        let on_ok = args.read("on_ok", expression);
        let hooks = Hooks::parse(args);
        Self {
            policy,
            filter,
            on_ok,
            custom,
            jitter: jitter_tokens,
            budget,
            hooks,
        }
    }

    /// Whether its delays are the user's own.
    pub(crate) fn is_custom(&self) -> bool {
        self.custom.is_some()
    }

    /// Whether the delay that an error asks for is read.
    pub(crate) fn asks(&self) -> bool {
        self.filter.asks()
    }

    /// Whether its policy is defined elsewhere.
    pub(crate) fn is_named(&self) -> bool {
        self.policy.written("").is_some()
    }

    /// ```text
    /// let mut attempts = Attempts::new();
    /// loop {
    ///     let (order,) = (&mut args).next((&attempts).more(POLICY), |(order,)| (argument(order),));
    ///     let pause = {
    ///         let outcome: Ret = inner.await;
    ///         let Some(asked) = judge::<Ret, _>(&outcome, filter) else { (&attempts).succeeded(BUDGET); break outcome };
    ///         let Some(pause) = (&mut attempts).again(|| LAYER, asked, timed_out) else { break outcome };
    ///         pause
    ///     };
    ///     pause.await;
    /// }
    /// ```
    ///
    /// The layer is written out where it is needed: a local would lie in the future, and its
    /// constants would be read from there. The outcome has a block of its own for the same reason.
    /// Methods are called on references: on a place, a method of the user's own for all types would
    /// come first.
    pub(crate) fn wrap(&self, cx: &Cx<'_>, at: usize, inner: Inner) -> Inner {
        let [attempts, outcome, asked, pause] =
            ["attempts", "outcome", "asked", "pause"].map(local);
        let output = cx.output();
        let policy = cx.policy(at);
        let start = self.start(cx);
        let (budget, layer) = (self.budget(at), self.layer(cx, at, &policy));
        let args = cx.arguments(at, &quote!((&#attempts).more(&#policy)));
        let (keep, next) = (&args.keep, args.next());
        let judged = self.judged(cx, &outcome);
        let timed_out = inner.timed_out();
        let decided = quote!((&mut #attempts).again(#layer, #asked, #timed_out));
        let decided = self.hooks.told(cx, &decided);
        let Inner { setup, future, .. } = inner.into_awaited();
        let loops = quote!({
            let mut #attempts = #start;
            #keep
            loop {
                #next
                let #pause = {
                    #setup
                    let #outcome: #output = #future;
                    let ::core::option::Option::Some(#asked) = #judged else {
                        (&#attempts).succeeded(#budget);
                        break #outcome;
                    };
                    #decided
                };
                #pause.await;
            }
        });
        Inner {
            setup: TokenStream::new(),
            future: loops,
            limits: Vec::new(),
            awaited: true,
        }
    }

    fn start(&self, cx: &Cx<'_>) -> TokenStream {
        let attempts = cx.root.private("Attempts");
        let Some(backoff) = &self.custom else {
            return quote!(#attempts::new());
        };
        let jitter = option(self.jitter.as_ref());
        quote!(#attempts::with(#backoff, #jitter))
    }

    fn layer(&self, cx: &Cx<'_>, at: usize, policy: &TokenStream) -> TokenStream {
        let layer = cx.root.private("RetryLayer");
        let (site, limit, call) = (site(), cx.limit_around(at), cx.call());
        let budget = self.budget(at);
        quote!(|| #layer { site: &#site, policy: &#policy, budget: #budget, limit: #limit, call: #call })
    }

    fn budget(&self, at: usize) -> TokenStream {
        match &self.budget {
            Budget::None => quote!(::core::option::Option::None),
            Budget::Shared(_) => {
                let shared = item_of("BUDGET", at);
                quote!(::core::option::Option::Some(#shared))
            }
            Budget::Own => {
                let own = item_of("BUDGET", at);
                quote!(::core::option::Option::Some(&#own))
            }
        }
    }

    /// The statics of the layer.
    pub(crate) fn items(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        let (name, budget) = (item_of("BUDGET", at), cx.root.private("RetryBudget"));
        match &self.budget {
            Budget::None => TokenStream::new(),
            Budget::Own => quote!(static #name: #budget = #budget::new();),
            Budget::Shared(path) => {
                let shared = lent(path);
                quote!(static #name: &#budget = #shared;)
            }
        }
    }

    fn judged(&self, cx: &Cx<'_>, outcome: &Ident) -> TokenStream {
        let output = cx.output();
        let filter = self.filter.closure(cx);
        let filter = if cx.in_a_step() && !self.filter.asks_the_class() {
            Self::told(cx, &filter)
        } else {
            filter
        };
        match &self.on_ok {
            None => {
                let judge = cx.root.private("judge");
                quote!(#judge::<#output, _>(&#outcome, #filter))
            }
            Some(on_ok) => {
                let span = at(span_of(on_ok));
                let judge = cx.root.private_at("judge_value", span);
                quote_spanned!(span=> #judge::<#output, _, _, _>(&#outcome, #filter, #on_ok))
            }
        }
    }
}

impl Retry {
    /// A step wants to know of each attempt whether it is in doubt, and only the error can tell:
    ///
    /// ```text
    /// |error| (filter)(error).told((&Ask(error)).verdict())
    /// ```
    fn told(cx: &Cx<'_>, filter: &TokenStream) -> TokenStream {
        let (error, failure) = (local("error"), cx.failure());
        let [ask, typed] = ["Ask", "filter"].map(|name| cx.root.private(name));
        quote! {
            |#error| {
                #typed::<#failure, _, _>(#filter)(#error).told((&#ask(#error)).verdict())
            }
        }
    }
}

fn named(args: &mut Args) -> Option<Built<Policy>> {
    let expects =
        "the path of a constant `Retry`, or keys: write `#[retry(HTTP)]` or `#[retry(max = 3)]`";
    args.constant(expects).map(Built::named)
}

fn budget(key: &Ident, written: TokenStream) -> syn::Result<Budget> {
    match written.to_string().as_str() {
        "on" => Ok(Budget::Own),
        "none" => Ok(Budget::None),
        _ if is_constant(&written) => Ok(Budget::Shared(written)),
        other => {
            let text = format!(
                "`{other}` is no budget: write `on`, `none`, or the path of a `static`, as in `budget = PAYMENTS`"
            );
            Err(wrong(Rule::WrongValue, &written, key, text))
        }
    }
}
