//! `saga`: the scope around what lies inside.

use quote::quote;
use resilience_policy::Rule;

use crate::{
    args::Args,
    cx::{Cx, Inner},
    errors::refuse,
    names::site,
};

/// `#[saga]`, `#[saga(strict)]`
pub(crate) struct Saga {
    strict: bool,
}

impl Saga {
    pub(crate) fn parse(args: &mut Args) -> Self {
        let strict = args.flag("strict").is_some();
        if let Some(durable) = args.word_alone("durable") {
            let text = "durable sagas need a journal, which this version does not have: remove `durable` for a saga in memory";
            args.errors
                .add(refuse(Rule::UnknownArgument, durable.span(), text));
        }
        Self { strict }
    }

    /// ```text
    /// saga::<Ret, _>(&SITE, strict, inner)
    /// ```
    pub(crate) fn wrap(&self, cx: &Cx<'_>, inner: Inner) -> Inner {
        let (site, output, saga) = (site(), cx.output(), cx.root.private("saga"));
        let strict = self.strict;
        let Inner { setup, future, .. } = inner.into_future();
        let future = quote!(#saga::<#output, _>(&#site, #strict, #future));
        Inner {
            setup,
            future,
            limits: Vec::new(),
            awaited: false,
        }
    }
}
