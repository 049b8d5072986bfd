//! `fallback`: its functions, and the match around what lies inside.

use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{quote, quote_spanned};
use resilience_policy::Rule;

use super::filter::Filter;
use crate::{
    args::Args,
    cx::{Cx, Inner},
    errors::{Errors, refuse},
    names::{at as at_user, find, local, local_for, mentions, relocated, site, span_of},
    receiver::{Param, Picked, last_span},
    rules::misconfigured,
    target::Target,
    value::expression,
};

/// `#[fallback(first, second(a, error), value = expr, on = …)]`
pub(crate) struct Fallback {
    others: Vec<Other>,
    pub(crate) filter: Option<Filter>,
}

enum Other {
    Function(Picked),
    Value(TokenStream),
}

impl Fallback {
    pub(crate) fn parse(args: &mut Args) -> Self {
        let mut others = Vec::new();
        for written in args.all_positional() {
            let picked = Picked::parse(&written, "fallback", args.span());
            others.extend(args.errors.take(picked).map(Other::Function));
        }
        others.extend(args.read("value", expression).map(Other::Value));
        let filter = Filter::parse(args, false);
        if others.is_empty()
            && let Some((key, value)) = args.any_unknown(&["name", "crate", "on", "value"])
        {
            let text = format!(
                "`fallback` takes its functions without a key: write `#[fallback({value})]`"
            );
            args.errors
                .add(refuse(Rule::UnknownArgument, key.span(), text));
        } else if others.is_empty() && args.errors.is_empty() {
            let text = "`fallback` needs what to fall back to: write `#[fallback(function)]` or `#[fallback(value = …)]`";
            args.errors
                .add(refuse(Rule::MissingValue, args.span(), text));
        }
        Self { others, filter }
    }

    /// Clones of what the fallbacks will be given, made before the body takes the arguments.
    pub(crate) fn prologue(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        let used = self.used(cx);
        let params = cx
            .params
            .iter()
            .filter(|param| param.is_owned() && used.contains(&param.name));
        let params = params.map(|param| (param.name.clone(), param.clone_tokens(cx.root)));
        let receiver = self.consumed_receiver(cx).map(|this| {
            let clone = clone_of_receiver(cx, &this);
            (this, clone)
        });
        let kept = receiver.into_iter().chain(params).map(|(name, clone)| {
            let kept = kept(&name, at);
            quote!(let #kept = #clone;)
        });
        kept.collect()
    }

    /// Among picked arguments `error` is the error: one of the function's with that name would be
    /// meant as often as not.
    pub(crate) fn check(&self, params: &[Param], errors: &mut Errors) {
        if !params.iter().any(|param| param.name == "error") {
            return;
        }
        for other in &self.others {
            if let Other::Function(picked) = other
                && let Some(error) = picked.find("error")
            {
                let text = "`error` is the error here, and an argument has the same name: rename the argument";
                errors.add(refuse(Rule::TakenName, error.span(), text));
            }
        }
    }

    /// Whether it says which errors it is for.
    pub(crate) fn chooses(&self) -> bool {
        self.filter.as_ref().is_some_and(Filter::chooses)
    }

    /// Whether it calls functions, whose time nobody knows.
    pub(crate) fn calls(&self) -> bool {
        let is_function = |other: &Other| matches!(other, Other::Function(_));
        self.others.iter().any(is_function)
    }

    /// Whether one of them is given `self`, or mentions it.
    pub(crate) fn uses_self(&self, target: &Target) -> bool {
        self.others.iter().any(|other| other.uses_self(target))
    }

    /// The `self` that is kept because the body may consume it.
    fn consumed_receiver(&self, cx: &Cx<'_>) -> Option<Ident> {
        let receiver = cx.target.owned_receiver();
        receiver.filter(|_| self.uses_self(cx.target))
    }

    /// The arguments that some fallback mentions.
    fn used(&self, cx: &Cx<'_>) -> Vec<Ident> {
        let all = || cx.params.iter().map(|param| param.name.clone());
        let mut used = Vec::new();
        for other in &self.others {
            match other {
                Other::Function(picked) if picked.arguments.is_none() => used.extend(all()),
                Other::Function(picked) => {
                    let named = picked.arguments.iter().flatten().cloned().collect();
                    used.extend(all().filter(|name| mentions(&named, name)));
                }
                Other::Value(value) => used.extend(all().filter(|name| mentions(value, name))),
            }
        }
        used
    }

    /// ```text
    /// let outcome: Ret = inner.await;
    /// let returns = returns::<Ret, _>();
    /// let outcome: Ret = match returns.is(outcome) {
    ///     Err(error) if filter(&error) => { fell_back(&SITE, 1); charge_by_invoice(order).await }
    ///     other => other,
    /// };
    /// ```
    ///
    /// Where `Ret` is no `Result`, `returns` is the one error, and what comes from it has no type.
    pub(crate) fn wrap(&self, cx: &Cx<'_>, at: usize, inner: Inner) -> Inner {
        let [outcome, other, this] = ["outcome", "other", "returns"].map(local);
        let (output, returns) = (cx.output(), cx.root.private("returns"));
        let Inner { setup, future, .. } = inner.into_awaited();
        let (site, fell_back) = (site(), cx.root.private("fell_back"));
        let enter = cx.enter();
        let last = self.others.len().saturating_sub(1);
        let chosen = self.chosen(cx);
        let arms = self.others.iter().enumerate().map(|(n, fallback)| {
            let nth = u32::try_from(n + 1).unwrap_or(u32::MAX);
            let (error, takes) = fallback.takes();
            let guard = self.guard(cx, &error, chosen.as_ref().map(|(name, _)| name));
            let run = fallback.run(cx, at, n == last);
            let error = if takes || self.filter.is_some() {
                quote!(#error)
            } else {
                quote!(_)
            };
            quote! {
                let #outcome: #output = match #this.is(#outcome) {
                    ::core::result::Result::Err(#error) #guard => {
                        #fell_back(&#site, #nth);
                        #enter
                        #run
                    }
                    #other => #other,
                };
            }
        });
        let inside = match misconfigured(cx) {
            None => quote!(#setup let #outcome: #output = #future;),
            Some(misconfigured) => quote! {
                let #outcome: #output = match #misconfigured {
                    ::core::option::Option::Some(#other) => #other,
                    ::core::option::Option::None => {
                        #setup
                        let #outcome: #output = #future;
                        #outcome
                    }
                };
            },
        };
        let chosen = chosen.as_ref().map(|(_, chosen)| chosen);
        let future = quote!({
            #inside
            #chosen
            let #this = #returns::<#output, _>();
            #(#arms)*
            #outcome
        });
        Inner {
            setup: TokenStream::new(),
            future,
            limits: Vec::new(),
            awaited: true,
        }
    }

    /// The filter by a name, where several fallbacks ask it: what the user wrote stands once.
    fn chosen(&self, cx: &Cx<'_>) -> Option<(Ident, TokenStream)> {
        let filter = self.filter.as_ref().filter(|_| self.others.len() > 1)?;
        let (chosen, typed) = (local("chosen"), cx.root.private("filter"));
        let (closure, failure) = (filter.closure(cx), cx.failure());
        let named = quote!(let #chosen = #typed::<#failure, _, _>(#closure););
        Some((chosen, named))
    }

    fn guard(&self, cx: &Cx<'_>, error: &Ident, chosen: Option<&Ident>) -> TokenStream {
        let Some(filter) = &self.filter else {
            return TokenStream::new();
        };
        let selects = cx.root.private("selects");
        let filter = chosen.map_or_else(|| filter.closure(cx), |chosen| quote!(&#chosen));
        quote!(if #selects(&#error, #filter))
    }
}

impl Other {
    /// The name under which the fallback gets the error, and whether it takes it.
    fn takes(&self) -> (Ident, bool) {
        let named = match self {
            Self::Function(picked) => picked.find("error"),
            Self::Value(value) => find(value, "error"),
        };
        let takes = named.is_some();
        (named.unwrap_or_else(|| local("error")), takes)
    }

    fn uses_self(&self, target: &Target) -> bool {
        match self {
            Self::Function(picked) => picked.wants_self(target) || picked.find("self").is_some(),
            Self::Value(value) => find(value, "self").is_some(),
        }
    }

    fn run(&self, cx: &Cx<'_>, at: usize, last: bool) -> TokenStream {
        let receiver = cx.target.owned_receiver();
        let receiver = receiver.filter(|_| self.uses_self(cx.target)).map(|this| {
            let given = given_clone(cx, &this, at, last);
            quote!(#this = #given;)
        });
        let answer = self.answer(cx, at, last);
        quote!(#receiver #answer)
    }

    fn answer(&self, cx: &Cx<'_>, at: usize, last: bool) -> TokenStream {
        match self {
            Self::Value(value) => {
                let lets = cx
                    .params
                    .iter()
                    .filter(|p| p.is_owned() && mentions(value, &p.name));
                let lets = lets.map(|param| {
                    let (name, given) = (&param.name, given(cx, param, at, last));
                    quote!(let #name = #given;)
                });
                let (span, returns) = (at_user(span_of(value)), local("returns"));
                let ok = quote_spanned!(span=> #returns.ok);
                let mut given = Group::new(Delimiter::Parenthesis, value.clone());
                given.set_span(span);
                quote!(#(#lets)* #ok #given)
            }
            Self::Function(picked) => {
                let place = last_span(&picked.path);
                let mut arguments = Vec::new();
                if picked.wants_self(cx.target) {
                    arguments.push(cx.self_token());
                }
                match &picked.arguments {
                    None => {
                        let all = cx.params.iter().map(|p| given(cx, p, at, last));
                        arguments.extend(all.map(|given| relocated(given, place)));
                    }
                    Some(named) => arguments.extend(picked_tokens(cx, named, at, last)),
                }
                let call = picked.call(cx.target, &arguments);
                let (span, output) = (at_user(place), cx.output());
                let answer = cx.root.private_at("answer", span);
                quote_spanned!(span=> #answer::<#output, _>(#call))
            }
        }
    }
}

/// The arguments a fallback picks; one that is picked twice is moved the second time only.
fn picked_tokens(cx: &Cx<'_>, named: &[TokenStream], at: usize, last: bool) -> Vec<TokenStream> {
    let tokens = named.iter().enumerate().map(|(place, argument)| {
        let word = argument.to_string();
        let mut later = named.iter().skip(place + 1);
        let again = later.any(|other| other.to_string() == word);
        match cx.params.iter().find(|param| param.name == word) {
            Some(param) => relocated(given(cx, param, at, last && !again), span_of(argument)),
            None => argument.clone(),
        }
    });
    tokens.collect()
}

/// The argument as the function takes it: the last fallback gets the clone itself, unless a retry
/// above may need it once more.
fn given(cx: &Cx<'_>, param: &Param, at: usize, last: bool) -> TokenStream {
    if !param.is_owned() {
        return param.reborrow();
    }
    given_clone(cx, &param.name, at, last)
}

fn given_clone(cx: &Cx<'_>, name: &Ident, at: usize, last: bool) -> TokenStream {
    let kept = kept(name, at);
    if last && !cx.is_repeated(at) {
        return quote!(#kept);
    }
    let argument = cx.root.private("argument");
    quote!(#argument(&#kept))
}

fn clone_of_receiver(cx: &Cx<'_>, this: &Ident) -> TokenStream {
    let span = at_user(this.span());
    let argument = cx.root.private_at("argument", span);
    quote_spanned!(span=> #argument(&#this))
}

fn kept(name: &Ident, at: usize) -> Ident {
    local_for(&format!("kept_{at}"), name)
}
