//! What `rate_limit` and `bulkhead` have in common: values or the path of a shared state, keys, a
//! `static`, and a future around what lies inside.

mod items;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use resilience_policy::Rule;

use super::{Built, Policy};
use crate::{
    args::Args,
    cx::{Cx, Inner, is_free},
    names::{Root, at as at_user, item_of, local_of, site, span_of},
    target::Target,
    value::{Moment, StandIn, Value, count, duration, expression, is_constant},
};

/// A layer that makes calls wait or turns them away.
pub(crate) struct Limiter<P: 'static> {
    names: &'static Names<P>,
    pub(crate) policy: Built<P>,
    /// The path of a constant or of a shared `static`: its type tells.
    path: Option<Value<()>>,
    key: Option<TokenStream>,
}

/// What the parts of it are called.
pub(crate) struct Names<P> {
    /// The function of the runtime that makes the future.
    pub(crate) layer: &'static str,
    /// Its surroundings.
    pub(crate) surroundings: &'static str,
    pub(crate) policy: &'static str,
    /// The state, and the one with keys.
    pub(crate) state: &'static str,
    pub(crate) keys: &'static str,
    /// What the runtime makes of a path: its type, its result, and the trait with the message about
    /// any other type.
    pub(crate) path: [&'static str; 3],
    /// The `static` of the function.
    pub(crate) item: &'static str,
    /// The builder method of the value without a key, which is also its name in violations.
    pub(crate) first: &'static str,
    /// Whether it looks at the timeout above.
    pub(crate) looks_at_limit: bool,
    pub(crate) wait: fn(P, std::time::Duration) -> P,
    pub(crate) keys_max: fn(P, u32) -> P,
}

impl<P> Limiter<P> {
    /// A layer whose value without a key has been read, and none of its keys.
    pub(crate) fn new<T: StandIn>(
        names: &'static Names<P>,
        new: P,
        first: Option<Value<T>>,
        apply: fn(P, T) -> P,
        root: &Root,
    ) -> Self {
        let policy = root.private(names.policy);
        let mut policy = Built::new(new, quote!(#policy::new()));
        let is_path = |first: &Value<T>| is_constant(&first.written);
        let path = match first {
            Some(first) if is_path(&first) => Some(first.without_literal()),
            first => {
                policy.set(names.first, names.first, first, apply);
                None
            }
        };
        Self {
            names,
            policy,
            path,
            key: None,
        }
    }

    /// Reads the keys that both have.
    pub(crate) fn read(&mut self, args: &mut Args) {
        let Names { wait, keys_max, .. } = *self.names;
        let policy = &mut self.policy;
        policy.set("wait", "wait", args.read("wait", duration), wait);
        let max = args.read("keys_max", count);
        policy.set("keys_max", "keys_max", max, keys_max);
        self.key = args.read("key", expression);
        if let (None, Some(written)) = (&self.key, policy.written("keys_max")) {
            let word = &args.word;
            let text = format!(
                "`keys_max` bounds the keys of a `{word}` with a `key`: add `key = …`, or remove it"
            );
            args.errors
                .at(Rule::KeysMaxWithoutKey, written, word.span(), text);
        }
    }

    /// Tells paths that a `static` can hold from constants of `Self` and of generic parameters: those
    /// are values like others.
    pub(crate) fn settle(&mut self, at: usize, target: &Target) {
        let Some(path) = self.path.take() else {
            return;
        };
        let first = self.names.first;
        if !is_free(&path.written, target) {
            self.policy
                .set(first, first, Some(path), |policy, ()| policy);
            return;
        }
        // What is said beside it, and whether anything may be, is not known here.
        self.policy.literal = None;
        let is_free = is_free(&self.policy.tokens, target);
        let beside = if is_free {
            self.policy.moment
        } else {
            Moment::Call
        };
        self.policy.moment = beside.max(Moment::Constant);
        if self.is_later() {
            let (one, policy) = (self.one(at), &self.policy.tokens);
            self.policy.tokens = quote!(#one.policy(#policy));
        }
        self.policy.note(first, path.written.clone());
        self.path = Some(path);
    }

    /// Whether its values come with each call.
    fn is_later(&self) -> bool {
        self.policy.moment == Moment::Call
    }

    /// Whether its state is its own: neither keyed nor shared.
    pub(crate) fn is_own(&self) -> bool {
        self.path.is_none() && self.key.is_none()
    }

    /// Whether a path says what it is: a constant or a shared state.
    pub(crate) fn is_named(&self) -> bool {
        self.path.is_some()
    }

    /// Whether a call may wait for its turn.
    pub(crate) fn may_wait(&self) -> bool {
        self.path.is_some() || self.policy.written("wait").is_some()
    }

    pub(crate) fn looks_at_limit(&self) -> bool {
        self.names.looks_at_limit && self.may_wait()
    }

    /// The values, where they are not those of a `static`.
    pub(crate) fn policy(&self, root: &Root) -> Option<Policy<'_>> {
        let declared = root.private(self.names.policy);
        if self.path.is_none() {
            return Some(self.policy.policy(declared));
        }
        self.is_later().then(|| Policy {
            moment: Moment::Call,
            tokens: &self.policy.tokens,
            declared,
            constant: None,
        })
    }

    /// The policy that a `static` holds, where the path of it is all that is known.
    pub(crate) fn policy_of_static(&self, at: usize) -> Option<TokenStream> {
        let name = item_of(self.names.item, at);
        let one = self.key.is_none().then(|| quote!(.get()));
        (self.path.is_some() && !self.is_later()).then(|| quote!(#name #one.policy()))
    }

    /// The state of the key, looked up before the body takes the arguments.
    pub(crate) fn prologue(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        let Some(key) = &self.key else {
            return TokenStream::new();
        };
        let (name, module) = (item_of(self.names.item, at), cx.root.module());
        let (held, policy) = (local_of("held", at), self.policy_tokens(cx, at));
        let span = at_user(span_of(key));
        let picked = quote_spanned!(span=> (&&&#module::KeyOf(&(#key))).pick());
        quote! {
            let #held = {
                use #module::{KeyByClone as _, KeyByPart as _, KeyByRef as _};
                (&#name).under(#policy, &#picked)
            };
        }
    }

    /// A reference to the policy.
    fn policy_tokens(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        self.policy_of_static(at).unwrap_or_else(|| {
            let policy = cx.policy(at);
            quote!(&#policy)
        })
    }

    /// ```text
    /// rate_limit::<Ret, _, _, _, _>(
    ///     || RateLimitLayer { site: &SITE, policy: POLICY, limit, call },
    ///     || &RATE_LIMIT,
    ///     inner,
    ///     |it| rejected::<Ret>(it),
    /// )
    /// ```
    ///
    /// Closures, since those over constants take no room in the future. A bulkhead says besides
    /// whether its calls may wait: `bulkhead::<Ret, NoQueue, _, _, _, _>`.
    pub(crate) fn wrap(&self, cx: &Cx<'_>, at: usize, inner: Inner) -> Inner {
        let (site, output, call) = (site(), cx.output(), cx.call());
        let [layer, surroundings] =
            [self.names.layer, self.names.surroundings].map(|name| cx.root.private(name));
        let (name, held) = (item_of(self.names.item, at), local_of("held", at));
        let (policy, rejected) = (self.policy_tokens(cx, at), cx.rejected());
        let state = match (&self.path, &self.key) {
            // By reference: under a retry, the next attempt needs it again.
            (_, Some(_)) => quote!(&#held),
            (Some(_), None) => quote!(|| #name.get()),
            (None, None) => quote!(|| &#name),
        };
        let line = (!self.names.looks_at_limit).then(|| {
            let line = if self.may_wait() { "Queue" } else { "NoQueue" };
            let line = cx.root.private(line);
            quote!(#line,)
        });
        let limit = self.names.looks_at_limit.then(|| {
            let limit = if self.may_wait() {
                cx.limit_around(at)
            } else {
                quote!(::core::option::Option::None)
            };
            quote!(limit: #limit,)
        });
        let Inner {
            setup,
            future,
            limits,
            ..
        } = inner.into_future();
        let future = quote! {
            #layer::<#output, #line _, _, _, _>(
                || #surroundings { site: &#site, policy: #policy, #limit call: #call },
                #state,
                #future,
                #rejected,
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
