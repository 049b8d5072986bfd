//! `idempotent`: its key, and where the results are kept.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use resilience_policy::{Idempotent as Policy, Rule};

use super::{Built, key};
use crate::{
    args::Args,
    cx::{Cx, Inner},
    errors::refuse,
    names::{Root, at as at_user, item_of, lent, local_of, site, span_of},
    value::{count, duration, expression},
};

/// `#[idempotent(key = payment_id, ttl = 7d, store = PAYMENTS)]`
pub(crate) struct Idempotent {
    pub(crate) policy: Built<Policy>,
    key: Option<TokenStream>,
    store: Option<TokenStream>,
    /// Whether something else may have been meant as the key.
    excused: bool,
}

impl Idempotent {
    pub(crate) fn parse(args: &mut Args, root: &Root) -> Self {
        let policy = root.private("IdempotentPolicy");
        let mut policy = Built::new(Policy::new(), quote!(#policy::new()));
        policy.set("ttl", "ttl", args.read("ttl", duration), Policy::ttl);
        let store = args.read("store", expression);
        if let (Some(_), Some(key)) = (&store, args.written_key("max")) {
            let text = "`max` bounds the results in memory, and these are in the store: remove it";
            let error = refuse(Rule::SharedState, key.span(), text);
            args.errors.add(error);
        }
        policy.set("max", "max", args.read("max", count), Policy::max);
        let key = args.read("key", expression);
        let excused = args.has_leftovers();
        Self {
            policy,
            key,
            store,
            excused,
        }
    }

    pub(crate) fn is_keyed(&self) -> bool {
        self.key.is_some()
    }

    pub(crate) fn rule(&self) -> resilience_policy::Layer {
        resilience_policy::Layer::Idempotent {
            policy: self.policy.literal,
            keyed: self.is_keyed() || self.excused,
        }
    }

    /// The static of the layer, where the results are in memory.
    pub(crate) fn items(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        if self.store.is_some() {
            return TokenStream::new();
        }
        let (name, site) = (item_of("IDEMPOTENT", at), site());
        let all = cx.root.private("Idempotents");
        quote!(static #name: #all = #all::of(&#site);)
    }

    /// ```text
    /// {
    ///     let begun = (&IDEMPOTENT).begin::<Ret, _, _, _>(&POLICY, || (), &key);
    ///     match begun {
    ///         Begin::Done(value) => hit::<Ret, _>(value),
    ///         Begin::Run(first) => idempotent::<Ret, _, _>(first, call, inner, rejected).await,
    ///     }
    /// }
    /// ```
    pub(crate) fn wrap(&self, cx: &Cx<'_>, at: usize, inner: Inner) -> Inner {
        let Inner {
            setup,
            future,
            limits,
            ..
        } = inner.into_future();
        let future = match &self.store {
            Some(store) => self.stored(cx, at, store, &future),
            None => self.in_memory(cx, at, &future),
        };
        Inner {
            setup,
            future,
            limits,
            awaited: true,
        }
    }

    fn in_memory(&self, cx: &Cx<'_>, at: usize, inner: &TokenStream) -> TokenStream {
        let [begun, value, first] = ["begun", "value", "first"].map(|name| local_of(name, at));
        let (name, output, policy) = (item_of("IDEMPOTENT", at), cx.output(), cx.policy(at));
        let held = cx.value();
        let (key, imports) = (key::key(cx, at, self.key.as_ref()), key::imports(cx));
        let (call, rejected) = (cx.call(), cx.rejected());
        let [known, hit, idempotent] =
            ["Begin", "hit", "idempotent"].map(|name| cx.root.private(name));
        quote!({
            let #begun = {
                #imports
                (&#name).begin::<#output, #held, _, _>(&#policy, || (), &#key)
            };
            match #begun {
                #known::Done(#value) => #hit::<#output, _>(#value),
                #known::Run(#first) => {
                    #idempotent::<#output, _, _>(#first, #call, #inner, #rejected).await
                }
            }
        })
    }

    /// ```text
    /// {
    ///     let key = store_key(&SITE, &key);
    ///     idempotent_in::<Ret, _, _, _>(&STORE, IdempotentLayer { … }, key, inner, rejected).await
    /// }
    /// ```
    fn stored(
        &self,
        cx: &Cx<'_>,
        at: usize,
        store: &TokenStream,
        inner: &TokenStream,
    ) -> TokenStream {
        let Some(written) = &self.key else {
            return TokenStream::new();
        };
        let (key, output, policy, site) = (local_of("key", at), cx.output(), cx.policy(at), site());
        let (call, rejected) = (cx.call(), cx.rejected());
        // What is no store is said on the path, by the call as by its future.
        let place = at_user(span_of(store));
        let within = cx.root.private_at("idempotent_in", place);
        let store = lent(store);
        let [layer, of] = ["IdempotentLayer", "store_key"].map(|name| cx.root.private(name));
        let span = at_user(span_of(written));
        let text = quote_spanned!(span=> #of(&#site, &(#written)));
        let layer = quote!(#layer { site: &#site, policy: #policy, call: #call });
        let run = quote_spanned! {place=>
            #within::<#output, _, _, _>(#store, #layer, #key, #inner, #rejected).await
        };
        quote!({
            let #key = #text;
            #run
        })
    }
}
