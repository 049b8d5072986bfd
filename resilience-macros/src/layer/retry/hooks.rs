//! `on_retry` and `on_give_up`: who wants to hear of it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::{
    args::Args,
    cx::Cx,
    names::{at, local, site, span_of},
    value::expression,
};

/// Who wants to hear of it.
pub(super) struct Hooks {
    again: Option<TokenStream>,
    given_up: Option<TokenStream>,
}

impl Hooks {
    pub(super) fn parse(args: &mut Args) -> Self {
        Self {
            again: args.read("on_retry", expression),
            given_up: args.read("on_give_up", expression),
        }
    }

    /// The pause, or a `break`; who wants to hear of either is told.
    ///
    /// ```text
    /// match decided {
    ///     Ok(pause) => { retrying::<Ret>(on_retry, &SITE, attempts.failed(), pause.delay(), &outcome); pause }
    ///     Err(reason) => { gave_up::<Ret>(on_give_up, …); break outcome; }
    /// }
    /// ```
    pub(super) fn told(&self, cx: &Cx<'_>, decided: &TokenStream) -> TokenStream {
        let [attempts, outcome, pause, reason] =
            ["attempts", "outcome", "pause", "reason"].map(local);
        let (site, output) = (site(), cx.output());
        if self.again.is_none() && self.given_up.is_none() {
            return quote! {
                let ::core::option::Option::Some(#pause) = #decided else {
                    break #outcome;
                };
                #pause
            };
        }
        let on_retry = self.again.as_ref().map(|hook| {
            let span = at(span_of(hook));
            let retrying = cx.root.private_at("retrying", span);
            quote_spanned! {span=>
                #retrying::<#output, _, _>(
                    #hook,
                    &#site,
                    (&#attempts).failed(),
                    (&#pause).delay(),
                    &#outcome,
                );
            }
        });
        let given_up = match &self.given_up {
            None => quote!(::core::result::Result::Err(_) => break #outcome,),
            Some(hook) => {
                let span = at(span_of(hook));
                let gave_up = cx.root.private_at("gave_up", span);
                let told = quote_spanned! {span=>
                    #gave_up::<#output, _, _>(
                        #hook,
                        &#site,
                        (&#attempts).failed().saturating_add(1),
                        #reason,
                        &#outcome,
                    );
                };
                quote! {
                    ::core::result::Result::Err(#reason) => {
                        #told
                        break #outcome;
                    }
                }
            }
        };
        quote! {
            match #decided {
                ::core::result::Result::Ok(#pause) => {
                    #on_retry
                    #pause
                }
                #given_up
            }
        }
    }
}
