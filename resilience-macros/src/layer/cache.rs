//! `cache`: its time to live or shared state, and the look in front of what lies inside.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use resilience_policy::{Cache as Policy, Rule};

use super::{Built, key};
use crate::{
    args::Args,
    cx::{Cx, Inner},
    errors::{Errors, refuse},
    names::{
        Root, at as at_user, item_of, lent, local_of, located, names_letter, names_type, site,
        span_of,
    },
    receiver::{Form, Param},
    target::Target,
    value::{count, duration, expression, is_constant, unnamed},
};

/// `#[cache(60s, key = id, max = 500, stale = 5m)]`, `#[cache(USERS)]`
pub(crate) struct Cache {
    pub(crate) policy: Built<Policy>,
    key: Option<TokenStream>,
    /// A path alone: a constant time to live or a shared cache, which only the compiler knows.
    path: Option<TokenStream>,
    /// Whether the function is a method, whose `self` is no part of a key.
    on_method: bool,
    /// Whether something else may have been meant as the key.
    excused: bool,
}

impl Cache {
    pub(crate) fn parse(args: &mut Args, root: &Root) -> Option<Self> {
        let Some(written) = args.positional() else {
            let (rule, span, text) = match args
                .any_unknown(&["key", "max", "stale", "name", "crate"])
            {
                // A made-up key is one mistake, not two.
                Some((key, value)) if key == "ttl" => {
                    let text = "`cache` takes its time to live without a key";
                    let text = format!("{text}: write `#[cache({value})]`");
                    (Rule::UnknownArgument, key.span(), text)
                }
                _ => {
                    let text = "`cache` needs how long a value lives, or the path of a `static` cache: \
                                write `#[cache(60s)]` or `#[cache(USERS)]`";
                    (Rule::MissingValue, args.span(), text.to_owned())
                }
            };
            args.errors.add(refuse(rule, span, text));
            return None;
        };
        // A `static` is no constant of a type, and has its values where it is defined.
        let alone = is_constant(&written)
            && args
                .written_key("max")
                .or(args.written_key("stale"))
                .is_none();
        let path =
            (alone && !names_type(&written) && !names_letter(&written)).then(|| written.clone());
        let ttl = duration(&unnamed("cache", args.span()), written);
        let ttl = args.errors.take(ttl);
        let policy = root.private("CachePolicy");
        let (max, stale) = (args.read("max", count), args.read("stale", duration));
        let key = args.read("key", expression);
        let excused = args.has_leftovers();
        let mut policy = Built::made_of("ttl", ttl?, Policy::new, &quote!(#policy::new));
        policy.set("max", "max", max, Policy::max);
        policy.set("stale", "stale", stale, Policy::stale);
        Some(Self {
            policy,
            key,
            path,
            on_method: false,
            excused,
        })
    }

    /// Looks at the function it stands on.
    pub(crate) fn meet(&mut self, target: &Target) {
        self.on_method = target.receiver().is_some();
    }

    /// What the body writes through a mutable borrow, no kept value repeats.
    pub(crate) fn check(&self, params: &[Param], errors: &mut Errors) {
        if self.key.is_some() || self.on_method {
            return;
        }
        for param in params
            .iter()
            .filter(|param| param.form == Form::BorrowedMut)
        {
            let text = "a mutable borrow is no part of a key: write `key = …` with what tells the calls apart";
            errors.at(Rule::Unkeyed, &param.declared, Span::call_site(), text);
        }
    }

    pub(crate) fn is_keyed(&self) -> bool {
        self.key.is_some() || !self.on_method
    }

    /// Whether the compiler must say what its values are.
    pub(crate) fn is_path(&self) -> bool {
        self.path.is_some()
    }

    /// What a path names; what is neither is said there.
    fn named(path: &TokenStream, root: &Root) -> TokenStream {
        let span = at_user(span_of(path));
        let (of, reference) = (root.private_at("CacheOf", span), lent(path));
        let (module, named) = (
            root.module(),
            quote_spanned!(span=> (&#of(#reference)).named()),
        );
        quote!({ use #module::NoCache as _; #named })
    }

    /// The policy behind a path, as an expression.
    pub(crate) fn path_policy(&self, root: &Root) -> Option<TokenStream> {
        let named = Self::named(self.path.as_ref()?, root);
        Some(quote!((&#named).policy()))
    }

    pub(crate) fn rule(&self) -> resilience_policy::Layer {
        resilience_policy::Layer::Cache {
            policy: self.policy.literal,
            keyed: self.is_keyed() || self.excused,
        }
    }

    /// The statics of the layer:
    ///
    /// ```text
    /// static CACHE: Caches = Caches::of(&SITE);
    /// static CHECK: () = (&Stack::new(&[Layer::Cache { policy: Some(CacheOf(&USERS).named().policy()), … }])).assert_all_but(0, &[]);
    /// ```
    pub(crate) fn items(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        let (name, caches, site) = (item_of("CACHE", at), cx.root.private("Caches"), site());
        let check = self.path.as_ref().map(|path| {
            let [stack, layer] = ["Stack", "Layer"].map(|name| cx.root.private(name));
            let (check, policy) = (item_of("CHECK", at), self.path_policy(cx.root));
            let policy = quote!(::core::option::Option::Some(#policy));
            let policy = quote!(#layer::Cache { policy: #policy, keyed: true });
            let assertion = located(
                quote!((&#stack::new(&[#policy])).assert_all_but(0, &[])),
                span_of(path),
            );
            quote!(static #check: () = #assertion;)
        });
        quote! {
            static #name: #caches = #caches::of(&#site);
            #check
        }
    }

    /// ```text
    /// {
    ///     let looked = (&CACHE).look::<Ret, _, _, _>(&POLICY, || (), &key);
    ///     match looked {
    ///         Look::Hit(value) => hit::<Ret, _>(value),
    ///         Look::Miss(miss) => cached::<Ret, _>(miss, inner).await,
    ///     }
    /// }
    /// ```
    ///
    /// The closure is of a type that only this instance of a generic function has.
    pub(crate) fn wrap(&self, cx: &Cx<'_>, at: usize, inner: Inner) -> Inner {
        let [looked, value, miss] = ["looked", "value", "miss"].map(|name| local_of(name, at));
        let (name, output, key) = (
            item_of("CACHE", at),
            cx.output(),
            key::key(cx, at, self.key.as_ref()),
        );
        let looks = if let Some(path) = &self.path {
            // A key of another type is said on the path.
            let (named, any) = (
                Self::named(path, cx.root),
                located(quote!(_), span_of(path)),
            );
            quote!((&#named).look::<#output, _, #any>(&#name, || (), &#key))
        } else {
            let (policy, held) = (cx.policy(at), cx.value());
            quote!((&#name).look::<#output, #held, _, _>(&#policy, || (), &#key))
        };
        let imports = key::imports(cx);
        let [look, hit, cached] = ["Look", "hit", "cached"].map(|name| cx.root.private(name));
        let Inner {
            setup,
            future,
            limits,
            ..
        } = inner.into_future();
        let future = quote!({
            let #looked = { #imports #looks };
            match #looked {
                #look::Hit(#value) => #hit::<#output, _>(#value),
                #look::Miss(#miss) => #cached::<#output, _>(#miss, #future).await,
            }
        });
        Inner {
            setup,
            future,
            limits,
            awaited: true,
        }
    }
}
