//! `hedge`: its policy, and the loop that starts attempts beside the one that runs.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use resilience_policy::{Hedge as Policy, HedgeAfter, Rule};

use super::Built;
use crate::{
    args::{Args, wrong},
    cx::{Cx, Inner},
    errors::refuse,
    names::{Root, item_of, lent, local, site},
    value::{Value, count, duration, is_constant, percentage},
};

/// `#[hedge(after = 50ms, max = 1, budget = 10%)]`
pub(crate) struct Hedge {
    pub(crate) policy: Built<Policy>,
    budget: Budget,
}

enum Budget {
    Own,
    None,
    Shared(TokenStream),
}

enum After {
    Fixed(Value<std::time::Duration>),
    Percentile(Value<u32>),
}

impl Hedge {
    pub(crate) fn parse(args: &mut Args, root: &Root) -> Self {
        let expects = "the path of a constant `Hedge`, or keys: write `#[hedge(SEARCH)]` or `#[hedge(after = 50ms)]`";
        let named = args.constant(expects).map(Built::named);
        let is_named = named.is_some();
        let mut policy = named.unwrap_or_else(|| {
            let hedge = root.private("Hedge");
            Built::new(Policy::new(), quote!(#hedge::new()))
        });
        let written = args.has("after");
        match args.read("after", after) {
            Some(After::Fixed(after)) => policy.set("after", "after", Some(after), Policy::after),
            Some(After::Percentile(percent)) => policy.set(
                "after",
                "after_percentile",
                Some(percent),
                Policy::after_percentile,
            ),
            None if !written && !is_named && !args.has_positional() => {
                let text = "`hedge` needs `after`, from when on another attempt starts: write \
                            `after = 50ms`, or `after = p95` for a percentile of what is observed";
                args.errors
                    .add(refuse(Rule::MissingValue, args.span(), text));
            }
            None => {}
        }
        let max = args.read("max", count);
        policy.set("max", "max", max, Policy::max);
        let budget = match args.read("budget", budget) {
            Some((budget, share)) => {
                policy.set("budget", "budget", share, Policy::budget);
                budget
            }
            None => Budget::Own,
        };
        Self { policy, budget }
    }

    /// Whether its policy is defined elsewhere.
    pub(crate) fn is_named(&self) -> bool {
        self.policy.written("").is_some()
    }

    /// Whether it may ask for a percentile of what was observed.
    fn observes(&self) -> bool {
        let known = self.policy.literal.map(|policy| policy.starts_after());
        !matches!(known, Some(HedgeAfter::Fixed(_)))
    }

    /// The statics of the layer.
    pub(crate) fn items(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        let latency = self.observes().then(|| {
            let (name, latency) = (item_of("LATENCY", at), cx.root.private("Latency"));
            quote!(static #name: #latency = #latency::new();)
        });
        let (name, budget) = (item_of("BUDGET", at), cx.root.private("HedgeBudget"));
        let budget = match &self.budget {
            Budget::None => TokenStream::new(),
            Budget::Own => quote!(static #name: #budget = #budget::of_policy();),
            Budget::Shared(path) => {
                let shared = lent(path);
                quote!(static #name: &#budget = #shared;)
            }
        };
        quote!(#latency #budget)
    }

    /// ```text
    /// let mut hedging = pin!(Hedging::new());
    /// let mut args = Args::new((n,));
    /// loop {
    ///     let (n,) = args.next(hedging.more(POLICY), |(n,)| (argument(n),));
    ///     hedging.as_mut().start(inner);
    ///     if let Some(outcome) = hedging.as_mut().next::<Ret, _, _>(|| LAYER, failed).await {
    ///         break outcome;
    ///     }
    /// }
    /// ```
    ///
    /// An attempt outlives the turn of the loop that starts it, so its future takes its arguments
    /// with it. Where there are statements in front of the inner future, they have to run inside;
    /// such a future borrows from the function, and the arguments are handed over as a whole:
    ///
    /// ```text
    /// let given = Given::new(args.next(…));
    /// hedging.as_mut().start(async { let (n,) = given.take(); setup; inner });
    /// ```
    pub(crate) fn wrap(&self, cx: &Cx<'_>, at: usize, inner: Inner) -> Inner {
        let [hedging, outcome, given] = ["hedging", "outcome", "given"].map(local);
        let (output, policy) = (cx.output(), cx.policy(at));
        let (new, layer) = (cx.root.private("Hedging"), self.layer(cx, at, &policy));
        let failed = failed(cx);
        let args = cx.arguments(at, &quote!(#new::more(&#hedging, &#policy)));
        let keep = &args.keep;
        let begin = |attempt: TokenStream| begin(cx, &hedging, &attempt);
        let start = if inner.is_plain() {
            let (next, future) = (args.next(), inner.future);
            let begin = begin(future);
            quote!(#next #begin)
        } else if cx.target.owned_receiver().is_some() {
            // `self` cannot be handed over under another name, so the future takes all it names.
            let next = args.next();
            let lent = cx
                .outer_limit(at)
                .map(|limit| quote!(let #limit = &#limit;));
            let Inner { setup, future, .. } = inner.into_awaited();
            let begin = begin(quote!(async move { #setup #future }));
            quote!(#next #lent #begin)
        } else {
            let Inner { setup, future, .. } = inner.into_awaited();
            match args.handed_over(&given, cx.root) {
                None => {
                    let bound = args.bound();
                    begin(quote!(async { #bound #setup #future }))
                }
                Some((hand, take)) => {
                    let begin = begin(quote!(async { #take #setup #future }));
                    quote!(#hand #begin)
                }
            }
        };
        let loops = quote!({
            let mut #hedging = ::core::pin::pin!(#new::new());
            #keep
            loop {
                #start
                if let ::core::option::Option::Some(#outcome) =
                    #new::next::<#output, _, _>(::core::pin::Pin::as_mut(&mut #hedging), #layer, #failed).await
                {
                    break #outcome;
                }
            }
        });
        Inner {
            setup: TokenStream::new(),
            future: loops,
            limits: Vec::new(),
            awaited: true,
        }
    }

    fn layer(&self, cx: &Cx<'_>, at: usize, policy: &TokenStream) -> TokenStream {
        let layer = cx.root.private("HedgeLayer");
        let (site, limit, call) = (site(), cx.limit_around(at), cx.call());
        let none = quote!(::core::option::Option::None);
        let latency = if self.observes() {
            let latency = item_of("LATENCY", at);
            quote!(::core::option::Option::Some(&#latency))
        } else {
            none.clone()
        };
        let budget = match &self.budget {
            Budget::None => none,
            Budget::Own => {
                let own = item_of("BUDGET", at);
                quote!(::core::option::Option::Some(&#own))
            }
            Budget::Shared(_) => {
                let shared = item_of("BUDGET", at);
                quote!(::core::option::Option::Some(#shared))
            }
        };
        quote! {
            || #layer { site: &#site, policy: &#policy, latency: #latency, budget: #budget, limit: #limit, call: #call }
        }
    }
}

/// Starts an attempt; a body that asks is told whether it runs beside another.
fn begin(cx: &Cx<'_>, hedging: &Ident, attempt: &TokenStream) -> TokenStream {
    let new = cx.root.private("Hedging");
    if !cx.asks_for_attempts {
        return quote!(#new::start(::core::pin::Pin::as_mut(&mut #hedging), #attempt););
    }
    let (beside, another) = (cx.root.private("beside"), local("another"));
    quote! {
        let #another = #new::is_another(&#hedging);
        #new::start(::core::pin::Pin::as_mut(&mut #hedging), #beside(#another, #attempt));
    }
}

/// What is to be known of an outcome: `None` for a success; of a failure, whether it leaves the call in
/// doubt. A step wants to know that also of those that are not returned, and only the error can tell.
///
/// ```text
/// |outcome| Option::map(error_of::<Ret, _>(outcome), |error| in_doubt((&Ask(error)).verdict()))
/// ```
fn failed(cx: &Cx<'_>) -> TokenStream {
    let (outcome, error, output) = (local("outcome"), local("error"), cx.output());
    let [error_of, in_doubt, ask] =
        ["error_of", "in_doubt", "Ask"].map(|name| cx.root.private(name));
    let says = if cx.in_a_step() {
        quote!(|#error| #in_doubt((&#ask(#error)).verdict()))
    } else {
        quote!(|_| false)
    };
    quote!(|#outcome| ::core::option::Option::map(#error_of::<#output, _>(#outcome), #says))
}

/// `50ms`, `p95`, a constant, or an expression.
fn after(key: &Ident, written: TokenStream) -> syn::Result<After> {
    let word = written.to_string();
    let percent = word
        .strip_prefix('p')
        .filter(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(digits) = percent else {
        return duration(key, written).map(After::Fixed);
    };
    let Ok(percent @ 1..=99) = digits.parse::<u32>() else {
        let text = format!(
            "`{word}` is no percentile that a call can be slower than: write `p1` to `p99`"
        );
        return Err(wrong(Rule::Percentage, &written, key, text));
    };
    Ok(After::Percentile(Value::literal(
        percent,
        quote!(#percent),
        written,
    )))
}

/// `10%`, `none`, or the path of a `static`, with the share that it says.
fn budget(key: &Ident, written: TokenStream) -> syn::Result<(Budget, Option<Value<u32>>)> {
    if written.to_string() == "none" {
        return Ok((Budget::None, None));
    }
    if is_constant(&written) {
        return Ok((Budget::Shared(written), None));
    }
    let tokens = written.clone().into_iter();
    let ends_in_percent = tokens.last().is_some_and(|last| last.to_string() == "%");
    if ends_in_percent || syn::parse2::<syn::Lit>(written.clone()).is_ok() {
        return percentage(key, written).map(|share| (Budget::Own, Some(share)));
    }
    let text = format!(
        "`{written}` is no budget: write a percentage of the calls such as `10%`, `none`, or the path \
         of a `static`, as in `budget = SEARCH`"
    );
    Err(wrong(Rule::WrongValue, &written, key, text))
}
