//! `circuit`: its policy or shared state, and the guard around what lies inside.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use resilience_policy::{Circuit as Policy, Rule};

use super::{Built, filter::Filter};
use crate::{
    args::Args,
    cx::{Cx, Inner},
    names::{Root, at as at_user, item_of, lent, local_of, located, site, span_of},
    value::{Moment, count, duration, expression, percentage},
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
    pub(crate) fn parse(args: &mut Args, root: &Root) -> Self {
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
        if let (None, Some(written)) = (&key, policy.written("keys_max")) {
            let text =
                "`keys_max` bounds the keys of a circuit with a `key`: add `key = …`, or remove it";
            args.errors
                .at(Rule::KeysMaxWithoutKey, written, args.word.span(), text);
        }
        let filter = Filter::parse(args, false).unwrap_or_else(|| Filter::retryable(args.span()));
        let state = match (shared, key) {
            (Some(path), _) => {
                // Checked where it is defined; here nothing is known of it.
                policy.literal = None;
                State::Shared(path)
            }
            (None, Some(key)) => State::Keyed(key),
            (None, None) => State::Own,
        };
        Self {
            policy,
            filter,
            state,
        }
    }

    /// Whether each key has a state of its own.
    pub(crate) fn is_keyed(&self) -> bool {
        matches!(self.state, State::Keyed(_))
    }

    /// Whether its state is its own: neither keyed nor shared.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self.state, State::Own)
    }

    /// Whether its values are said elsewhere.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.state, State::Shared(_))
    }

    /// The policy of a shared circuit, which a `static` holds.
    pub(crate) fn shared_policy(&self, at: usize) -> Option<TokenStream> {
        let shared = item_of("SHARED", at);
        self.is_shared().then(|| quote!(*#shared.policy()))
    }

    pub(crate) fn rule(&self) -> resilience_policy::Layer {
        resilience_policy::Layer::Circuit {
            policy: self.policy.literal,
            own: self.is_own(),
        }
    }

    /// The statics of the layer.
    pub(crate) fn items(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        let (name, site) = (item_of("CIRCUIT", at), site());
        // No static can hold what is known only when the call is made, nor a constant of `Self` or
        // of a generic parameter. Every call brings its policy along.
        let policy = if self.in_static(cx) {
            cx.policy(at)
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

    fn in_static(&self, cx: &Cx<'_>) -> bool {
        match self.policy.moment {
            Moment::Literal => true,
            Moment::Constant => cx.is_free(&self.policy.tokens),
            Moment::Call => false,
        }
    }

    /// The state of the key, looked up before the body takes the arguments.
    pub(crate) fn prologue(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        let circuit = local_of("circuit", at);
        let key = match &self.state {
            State::Own | State::Shared(_) => return TokenStream::new(),
            State::Keyed(key) => key,
        };
        let (name, module) = (item_of("CIRCUIT", at), cx.root.module());
        let policy = cx.policy(at);
        let span = at_user(span_of(key));
        let key_of = cx.root.private_at("KeyOf", span);
        let picked = quote_spanned!(span=> (&&&#key_of(&(#key))).pick());
        quote! {
            let #circuit = {
                use #module::{KeyByClone as _, KeyByPart as _, KeyByRef as _};
                (&#name).under(&#policy, &#picked)
            };
        }
    }

    /// ```text
    /// circuit::<Ret, _, _, _, _, _, _, _>(
    ///     || CircuitLayer { site: &SITE, policy: POLICY, limit, call },
    ///     || &CIRCUIT,
    ///     filter,
    ///     inner,
    ///     |it| rejected::<Ret, _>(it),
    ///     |it| error_of::<Ret, _>(it),
    /// )
    /// ```
    ///
    /// Closures, since those over constants take no room in the future.
    pub(crate) fn wrap(&self, cx: &Cx<'_>, at: usize, inner: Inner) -> Inner {
        let (site, output, guard) = (site(), cx.output(), cx.root.private("circuit"));
        let (limit, call) = (cx.limit_around(at), cx.call());
        let (circuit, policy) = (local_of("circuit", at), cx.policy(at));
        let (state, policy) = match &self.state {
            State::Own => {
                let name = item_of("CIRCUIT", at);
                (quote!(|| &#name), quote!(&#policy))
            }
            State::Shared(_) => {
                let name = item_of("SHARED", at);
                (quote!(|| #name), quote!(#name.policy()))
            }
            // By reference: under a retry, the next attempt needs it again.
            State::Keyed(_) => (quote!(&#circuit), quote!(&#policy)),
        };
        let (layer, rejected) = (cx.root.private("CircuitLayer"), cx.rejected());
        let (on, error_of) = (self.filter.closure(cx), cx.error_of());
        let Inner {
            setup,
            future,
            limits,
            ..
        } = inner.into_future();
        let future = quote! {
            #guard::<#output, _, _, _, _, _, _, _>(
                || #layer { site: &#site, policy: #policy, limit: #limit, call: #call },
                #state,
                #on,
                #future,
                #rejected,
                #error_of,
            )
        };
        Inner {
            setup,
            future,
            limits,
            awaited: false,
        }
    }
}

/// The path of a `static` circuit, whose values are all said where it is defined.
fn shared(args: &mut Args) -> Option<TokenStream> {
    let path = args.constant(
        "the path of a `static` circuit, or keys: write `#[circuit(PAYMENTS)]` or `#[circuit(failures = 5)]`",
    )?;
    args.refuse_others(&["on", "name", "crate"], |key| {
        if key == "key" {
            format!("`{path}` has one state for all keys: remove `key`, or the path")
        } else {
            format!("`{key}` belongs to the shared circuit: write it where `{path}` is defined")
        }
    });
    Some(path)
}

/// The rules about the policy of a shared circuit. Only a `static` may read a `static`:
///
/// ```text
/// static SHARED: &Circuit = &PAYMENTS;
/// static CHECK: () = (&Stack::new(&[Layer::Circuit { policy: Some(*SHARED.policy()), own: false }])).assert_all_but(0, &[]);
/// ```
fn checked(path: &TokenStream, cx: &Cx<'_>, at: usize) -> TokenStream {
    let (name, stack, layer) = (
        item_of("CHECK", at),
        cx.root.private("Stack"),
        cx.root.private("Layer"),
    );
    let (shared, circuit, reference) = (
        item_of("SHARED", at),
        cx.root.private("Circuit"),
        lent(path),
    );
    let policy = quote!(::core::option::Option::Some(*#shared.policy()));
    let policy = quote!(#layer::Circuit { policy: #policy, own: false });
    let assertion = located(
        quote!((&#stack::new(&[#policy])).assert_all_but(0, &[])),
        span_of(path),
    );
    quote! {
        static #shared: &#circuit = #reference;
        static #name: () = #assertion;
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
        let parsed = crate::value::window(&key, &written, root);
        policy.set(
            "window",
            "window_of",
            args.errors.take(parsed),
            |policy, ()| policy.window(Policy::WINDOW),
        );
    }
}
