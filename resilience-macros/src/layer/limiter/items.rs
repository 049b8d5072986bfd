//! The statics of a limiter.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Limiter;
use crate::{
    cx::Cx,
    names::{Root, item_of, lent, located, site, span_of},
    rules,
    value::Moment,
};

impl<P> Limiter<P> {
    /// The statics of the layer. With a path:
    ///
    /// ```text
    /// static RATE_LIMIT: OneRateLimit = {
    ///     use OtherLimit as _;
    ///     (&&LimitPath(&API)).one(&SITE, RateLimitPolicy::new().burst(5))
    /// };
    /// static CHECK: () = { RATE_LIMIT.takes("burst"); };
    /// ```
    pub(crate) fn items(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        let (name, site) = (item_of(self.names.item, at), site());
        let [state, keys] = [self.names.state, self.names.keys].map(|name| cx.root.private(name));
        let Some(path) = &self.path else {
            // No static can hold what is known only when the call is made, nor a constant of `Self`
            // or of a generic parameter. Every call brings its policy along.
            let policy = if self.in_static(cx) {
                cx.policy(at)
            } else {
                self.unsaid(cx.root)
            };
            return if self.key.is_some() {
                quote!(static #name: #keys = #keys::of(&#site, #policy);)
            } else {
                quote!(static #name: #state = #state::of(&#site).with_policy(#policy);)
            };
        };
        let (path, one) = (&path.written, self.one(at));
        let [named, result, other] = self.names.path.map(|name| cx.root.private(name));
        let reference = lent(path);
        let made = if self.is_later() {
            quote!((&&#named(#reference)).later(&#site))
        } else {
            let written = &self.policy.tokens;
            quote!((&&#named(#reference)).one(&#site, #written))
        };
        // All at the place of the path, where errors in it point.
        let made = located(made, span_of(path));
        let keyed = self.key.is_some().then(|| {
            let policy = if self.is_later() {
                self.unsaid(cx.root)
            } else {
                quote!(*#one.get().policy())
            };
            quote!(static #name: #keys = #keys::of(&#site, #policy);)
        });
        let check = self.check(cx, &one, at);
        quote! {
            static #one: #result = {
                use #other as _;
                #made
            };
            #keyed
            #check
        }
    }

    /// The static that knows what the path is.
    pub(super) fn one(&self, at: usize) -> Ident {
        let name = if self.key.is_some() {
            "ONE"
        } else {
            self.names.item
        };
        item_of(name, at)
    }

    /// A policy of which nothing is said.
    fn unsaid(&self, root: &Root) -> TokenStream {
        let policy = root.private(self.names.policy);
        quote!(#policy::new())
    }

    /// Refuses values beside the path of a shared state, and waits that do not fit.
    fn check(&self, cx: &Cx<'_>, one: &Ident, at: usize) -> Option<TokenStream> {
        let keys = self.policy.values().into_iter();
        let keys = keys.filter(|(key, _)| *key != self.names.first);
        let beside = keys.chain(self.key.iter().map(|written| ("key", written)));
        let takes: Vec<_> = beside
            .map(|(key, written)| located(quote!(#one.takes(#key);), span_of(written)))
            .collect();
        let (name, proofs) = (item_of("CHECK", at), rules::proofs(cx, at));
        let checked = quote!(#(#takes)* #proofs);
        (!checked.is_empty()).then(|| quote!(static #name: () = { #checked };))
    }

    fn in_static(&self, cx: &Cx<'_>) -> bool {
        match self.policy.moment {
            Moment::Literal => true,
            Moment::Constant => cx.is_free(&self.policy.tokens),
            Moment::Call => false,
        }
    }
}
