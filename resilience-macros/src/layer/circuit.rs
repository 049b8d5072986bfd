//! `circuit`: its policy or shared state, and the guard around what lies inside.

use proc_macro2::TokenStream;
use quote::quote;
use resilience_policy::Circuit as Policy;

use super::{Built, filter::Filter};
use crate::{
    args::Args,
    lower::{Cx, Inner, span_of},
    names::{Root, item_of, local_of, located},
    value::{Moment, count, duration, expression, is_constant, percentage},
};

/// `#[circuit(failures = 5, cooldown = 30s)]`
pub(crate) struct Circuit {
    pub(crate) policy: Built<Policy>,
    filter: Filter,
    state: State,
}

/// Where the state of the circuit lives.
enum State {
    /// In a `static` of the function.
    Own,
    /// In a `static` of the user's.
    Shared(TokenStream),
    /// One for each key, in a `static` of the function.
    Keyed(TokenStream),
}

impl Circuit {
    pub(crate) fn parse(args: &mut Args, root: &Root) -> Option<Self> {
        let shared = shared(args);
        let policy = root.private("CircuitPolicy");
        let mut policy = Built::new(Policy::new(), quote!(#policy::new()));
        policy.set(
            "failures",
            "failures",
            args.read("failures", count),
            Policy::failures,
        );
        policy.set("rate", "rate", args.read("rate", percentage), Policy::rate);
        window(args, &mut policy, root);
        policy.set(
            "min_calls",
            "min_calls",
            args.read("min_calls", count),
            Policy::min_calls,
        );
        let slow = args.read("slow", duration);
        policy.set("slow", "slow", slow, Policy::slow);
        let slow_rate = args.read("slow_rate", percentage);
        policy.set("slow_rate", "slow_rate", slow_rate, Policy::slow_rate);
        let cooldown = args.read("cooldown", duration);
        policy.set("cooldown", "cooldown", cooldown, Policy::cooldown);
        let factor = args.read("cooldown_factor", count);
        policy.set(
            "cooldown_factor",
            "cooldown_factor",
            factor,
            Policy::cooldown_factor,
        );
        policy.set(
            "probes",
            "probes",
            args.read("probes", count),
            Policy::probes,
        );
        policy.set(
            "keys_max",
            "keys_max",
            args.read("keys_max", count),
            Policy::keys_max,
        );
        let key = args.read("key", expression);
        let filter = Filter::parse(args, false).unwrap_or_else(|| Filter::retryable(args.span()));
        let state = match (shared, key) {
            (Some(path), None) => {
                refuse_values(args, &policy, &path);
                policy = Built::named(path.clone());
                policy.moment = Moment::Literal;
                State::Shared(path)
            }
            (Some(path), Some(_)) => {
                let text = "a shared circuit has one state for all keys: remove `key`, or the path";
                args.errors.at(&path, args.span(), text);
                State::Shared(path)
            }
            (None, Some(key)) => State::Keyed(key),
            (None, None) => State::Own,
        };
        Some(Self {
            policy,
            filter,
            state,
        })
    }

    /// Whether its state is its own: neither keyed nor shared.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self.state, State::Own)
    }

    /// The policy of a shared circuit, which a `static` holds.
    pub(crate) fn shared_policy(&self) -> Option<TokenStream> {
        match &self.state {
            State::Shared(path) => Some(quote!(*#path.policy())),
            State::Own | State::Keyed(_) => None,
        }
    }

    pub(crate) fn rule(&self) -> resilience_policy::Layer {
        resilience_policy::Layer::Circuit {
            policy: self.policy.literal,
            own: self.is_own(),
        }
    }

    /// The statics of the layer.
    pub(crate) fn items(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        let (name, site) = (item_of("CIRCUIT", at), cx.site());
        // No static can hold what is known only when the call is made, nor a constant of `Self` or
        // of a generic parameter. Every call brings its policy along.
        let policy = if self.policy.moment == Moment::Literal {
            self.policy.tokens.clone()
        } else {
            let policy = cx.root.private("CircuitPolicy");
            quote!(#policy::new())
        };
        match &self.state {
            State::Shared(path) => checked(path, cx, at),
            State::Own => {
                let circuit = cx.root.private("Circuit");
                quote!(static #name: #circuit = #circuit::of(&#site).with_policy(#policy);)
            }
            State::Keyed(_) => {
                let circuits = cx.root.private("CircuitKeys");
                quote!(static #name: #circuits = #circuits::of(&#site, #policy);)
            }
        }
    }

    /// The state of the key, looked up before the body takes the arguments.
    pub(crate) fn prologue(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        let State::Keyed(key) = &self.state else {
            return TokenStream::new();
        };
        let (circuit, name, module) = (
            local_of("circuit", at),
            item_of("CIRCUIT", at),
            cx.root.module(),
        );
        let policy = cx.policy(at, self.policy.moment, &self.policy.tokens);
        quote! {
            let #circuit = {
                use #module::{KeyByClone as _, KeyByPart as _, KeyByRef as _};
                #name.under(#policy, &(&&&#module::KeyOf(&(#key))).pick())
            };
        }
    }

    /// ```text
    /// circuit::<Ret, _, _, _>(&SITE, &CIRCUIT, POLICY, limit, call, filter, inner)
    /// ```
    pub(crate) fn wrap(&self, cx: &Cx<'_>, at: usize, inner: Inner) -> Inner {
        let (site, output, guard) = (cx.site(), cx.output(), cx.root.private("circuit"));
        let (limit, call) = (cx.limit_around(at), cx.call());
        let policy = cx.policy(at, self.policy.moment, &self.policy.tokens);
        let (state, policy) = match &self.state {
            State::Own => {
                let name = item_of("CIRCUIT", at);
                (quote!(&#name), policy)
            }
            State::Shared(path) => (quote!(&#path), quote!(#path.policy())),
            State::Keyed(_) => {
                let circuit = local_of("circuit", at);
                (quote!(&#circuit), policy)
            }
        };
        let selects = self.filter.selects(cx.root, &cx.failure());
        let Inner {
            setup,
            future,
            limits,
            ..
        } = inner.into_future();
        let future = quote! {
            #guard::<#output, _, _, _>(&#site, #state, #policy, #limit, #call, #selects, #future)
        };
        Inner {
            setup,
            future,
            limits,
            awaited: false,
        }
    }
}

/// The path of a `static` circuit.
fn shared(args: &mut Args) -> Option<TokenStream> {
    let path = args.positional()?;
    if is_constant(&path) {
        return Some(path);
    }
    let text = "`circuit` takes the path of a `static` circuit here, or keys: write `#[circuit(PAYMENTS)]` or `#[circuit(failures = 5)]`";
    args.errors.at(&path, args.span(), text);
    None
}

/// The rules about the policy of a shared circuit. Only a `static` may read a `static`:
///
/// ```text
/// static CHECK: () = Stack::new(&[Layer::Circuit { policy: Some(*PAYMENTS.policy()), own: false }]).assert(0);
/// ```
fn checked(path: &TokenStream, cx: &Cx<'_>, at: usize) -> TokenStream {
    let (name, stack, layer) = (
        item_of("CHECK", at),
        cx.root.private("Stack"),
        cx.root.private("Layer"),
    );
    let policy = quote!(::core::option::Option::Some(*#path.policy()));
    let policy = quote!(#layer::Circuit { policy: #policy, own: false });
    let assertion = located(quote!(#stack::new(&[#policy]).assert(0)), span_of(path));
    quote!(static #name: () = #assertion;)
}

fn refuse_values(args: &mut Args, policy: &Built<Policy>, path: &TokenStream) {
    for (key, written) in policy.all_written() {
        let text =
            format!("`{key}` belongs to the shared circuit: write it where `{path}` is defined");
        args.errors.at(written, args.word.span(), text);
    }
}

/// `window = 100` counts calls, `window = 30s` time.
fn window(args: &mut Args, policy: &mut Built<Policy>, root: &Root) {
    let Some((key, written)) = args.key("window") else {
        return;
    };
    let calls = matches!(
        syn::parse2::<syn::Lit>(written.clone()),
        Ok(syn::Lit::Int(int)) if int.suffix().is_empty()
    );
    if calls {
        let parsed = count(&key, written);
        policy.set("window", "window", args.errors.take(parsed), Policy::window);
    } else if syn::parse2::<syn::Lit>(written.clone()).is_ok() {
        let parsed = duration(&key, written);
        policy.set(
            "window",
            "window_time",
            args.errors.take(parsed),
            Policy::window_time,
        );
    } else {
        // The type of the constant or expression says which of the two it is.
        let parsed = crate::value::window(&key, written, root);
        policy.set(
            "window",
            "window_of",
            args.errors.take(parsed),
            |policy, ()| policy,
        );
    }
}
