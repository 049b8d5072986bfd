//! `compensate`: the undo and what it is given, and the step around what lies inside.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use resilience_policy::Rule;
use syn::Type;

use crate::{
    args::Args,
    cx::{Cx, Inner},
    errors::refuse,
    names::{local, local_for, local_of, located, site, span_of},
    receiver::{Form, Param, Picked, last_span},
    target::without_opaque,
};

/// `#[compensate(undo)]`, `#[compensate(undo(key, outcome))]`
pub(crate) struct Compensate {
    undo: Picked,
    enlists: Enlists,
}

/// What the undo is given decides when it is enlisted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Enlists {
    /// It needs the output: after success.
    After,
    /// It needs arguments only: before the body runs.
    Before,
    /// As before, and told what is known.
    BeforeWithOutcome,
}

impl Compensate {
    pub(crate) fn parse(args: &mut Args) -> Option<Self> {
        let Some(written) = args.positional() else {
            let text = "`compensate` needs the undo: write `#[compensate(undo)]` or `#[compensate(undo(argument))]`";
            args.errors
                .add(refuse(Rule::MissingValue, args.span(), text));
            return None;
        };
        let picked = Picked::parse(&written, "compensate", args.span());
        let undo = args.errors.take(picked)?;
        let enlists = match (undo.find("output"), undo.find("outcome")) {
            (Some(_), Some(outcome)) => {
                let text = "`outcome` holds the output: keep one of `output` and `outcome`";
                args.errors
                    .add(refuse(Rule::TakenName, outcome.span(), text));
                Enlists::After
            }
            (None, Some(_)) => Enlists::BeforeWithOutcome,
            (Some(_), None) => Enlists::After,
            (None, None) if undo.arguments.is_none() => Enlists::After,
            (None, None) => Enlists::Before,
        };
        Some(Self { undo, enlists })
    }

    /// What the undo picks must exist.
    pub(crate) fn check(&self, params: &[Param], errors: &mut crate::errors::Errors) {
        for argument in self.undo.arguments.iter().flatten() {
            let written = argument.to_string();
            let known = ["output", "outcome", "self"].contains(&written.as_str())
                || params.iter().any(|param| param.name == written);
            if !known {
                let names = params.iter().filter(|param| param.is_named());
                let names = names.map(|param| format!("`{}`", param.name));
                let names = names.chain(["`output`".to_owned(), "`outcome`".to_owned()]);
                let text = format!(
                    "the undo is given arguments of the function, `output` or `outcome`; `{written}` is none of them: write one of {}",
                    names.collect::<Vec<_>>().join(", ")
                );
                errors.at(Rule::TakenName, argument, Span::call_site(), text);
            }
        }
    }

    /// The arguments of the function that the undo names, and where.
    fn picks<'p>(&self, cx: &'p Cx<'_>) -> Vec<(Span, &'p Param)> {
        let named = self.undo.arguments.iter().flatten();
        named
            .filter_map(|argument| {
                let written = argument.to_string();
                let param = cx.params.iter().find(|param| param.name == written)?;
                Some((span_of(argument), param))
            })
            .collect()
    }

    /// The place of the undo. The compiler reports one thing once for each place, so the step
    /// names the undo at the same one.
    fn span(&self) -> Span {
        Span::mixed_site().located_at(last_span(&self.undo.path))
    }

    fn takes_self(&self, cx: &Cx<'_>) -> bool {
        self.undo.wants_self(cx.target)
            || self
                .undo
                .arguments
                .iter()
                .flatten()
                .any(|argument| argument.to_string() == "self")
    }

    /// The undo with owned copies of what it needs, made before the body takes the arguments:
    ///
    /// ```text
    /// let undo = if in_saga() {
    ///     let key = owned(key);
    ///     Some(undo_before("refund", move || {
    ///         let key = again(&key);
    ///         async move { refund(lend::<str, _>(&key)).await }
    ///     }))
    /// } else { None };
    /// ```
    pub(crate) fn prologue(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        let (undo, output) = (local_of("undo", at), local("output"));
        let (again, told) = (cx.root.private("again"), cx.root.private("told"));
        let name = self.undo.name();
        let (mut keep, mut renew, mut arguments) = (Vec::new(), Vec::new(), Vec::new());
        if self.takes_self(cx) {
            let (kept, given) = receiver(cx, &mut keep);
            let mutable = mutable(cx.target.receives());
            renew.push(quote!(let #mutable #kept = #again(&#kept);));
            arguments.push(given);
        }
        for (named, param) in self.picks(cx) {
            let name = &param.name;
            let owner = local_for("undo", name);
            keep.push(owned(cx, param, named, &owner));
            let mutable = mutable(Some(param.form));
            renew.push(quote!(let #mutable #owner = #again(&#owner);));
        }
        let named = match &self.undo.arguments {
            None => vec![quote!(output)],
            Some(named) => named.clone(),
        };
        for argument in &named {
            let written = argument.to_string();
            let given = match written.as_str() {
                "self" => continue,
                "output" => quote!(&#output),
                "outcome" => quote!(#told(&#output)),
                _ => {
                    let Some(param) = cx.params.iter().find(|param| param.name == written) else {
                        continue;
                    };
                    lent(cx, param)
                }
            };
            arguments.push(given);
        }
        let (constructor, takes) = match self.enlists {
            Enlists::After => ("undo_output", quote!(#output)),
            Enlists::Before => ("undo_before", TokenStream::new()),
            Enlists::BeforeWithOutcome => ("undo_outcome", quote!(#output)),
        };
        let (constructor, call) = (cx.root.private(constructor), self.undo.call(&arguments));
        let (in_saga, ret) = (cx.root.private("in_saga"), cx.output());
        // Located at the undo: what its future or its result lacks is said there.
        let span = self.span();
        let made = quote_spanned! {span=>
            #constructor::<#ret, _, _>(#name, move |#takes| {
                #(#renew)*
                async move { #call }
            })
        };
        quote! {
            let #undo = if #in_saga() {
                #(#keep)*
                ::core::option::Option::Some(#made)
            } else {
                ::core::option::Option::None
            };
        }
    }

    /// ```text
    /// step::<Ret, _, _>(&SITE, undo, call, |error| verdict of the error, inner)
    /// ```
    pub(crate) fn wrap(&self, cx: &Cx<'_>, at: usize, inner: Inner) -> Inner {
        let (site, output, step) = (site(), cx.output(), cx.root.private("step"));
        let (mut undo, call, error) = (local_of("undo", at), local("call"), local("error"));
        undo.set_span(self.span());
        let (module, failure) = (cx.root.module(), cx.failure());
        let Inner { setup, future, .. } = inner.into_future();
        let future = quote! {
            #step::<#output, _, _>(
                &#site,
                #undo,
                #call,
                |#error: &<#failure as #module::Outcome>::Error| #module::Ask(#error).verdict(),
                #future,
            )
        };
        Inner {
            setup,
            future,
            limits: Vec::new(),
            awaited: false,
        }
    }
}

/// The receiver as the undo is given it, and the name under which it is kept.
fn receiver(cx: &Cx<'_>, keep: &mut Vec<TokenStream>) -> (Ident, TokenStream) {
    let (kept, this) = (local("receiver"), cx.self_token());
    if cx.target.receives() == Some(Form::Owned) {
        let again = cx.root.private("again");
        keep.push(quote!(let #kept = #again(&#this);));
        return (kept.clone(), quote!(#kept));
    }
    let copy = cx.root.private("owned_receiver");
    keep.push(quote!(let #kept = #copy(&*#this);));
    let mutable = mutable(cx.target.receives());
    (kept.clone(), quote!(&#mutable #kept))
}

/// The word for what the undo may change, as the step may.
fn mutable(form: Option<Form>) -> Option<TokenStream> {
    (form == Some(Form::BorrowedMut)).then(|| quote!(mut))
}

/// What is kept of an argument, in the form in which the function takes it.
fn lent(cx: &Cx<'_>, param: &Param) -> TokenStream {
    let owner = local_for("undo", &param.name);
    if let Some(pointee) = param.optional_pointee() {
        let (lend, pointee) = (cx.root.private("lend_option"), without_opaque(pointee, "_"));
        return quote!(#lend::<#pointee, _>(&#owner));
    }
    let lend = cx.root.private("lend");
    match (param.form, param.pointee()) {
        (Form::Owned, _) => quote!(#owner),
        (Form::BorrowedMut, _) => quote!(&mut #owner),
        // It has a size, and no name.
        (Form::Borrowed, Type::ImplTrait(_)) => quote!(&#owner),
        (Form::Borrowed, pointee) => {
            let pointee = without_opaque(pointee, "_");
            quote!(#lend::<#pointee, _>(&#owner))
        }
    }
}

/// A copy of an argument that outlives the call, made where the undo names it.
fn owned(cx: &Cx<'_>, param: &Param, named: Span, owner: &Ident) -> TokenStream {
    let name = &param.name;
    let copy = if param.optional_pointee().is_some() {
        let copy = cx.root.private("owned_option");
        quote!(#copy(#name))
    } else if param.is_owned() {
        let copy = cx.root.private("kept");
        quote!(#copy(&#name))
    } else {
        let copy = cx.root.private("owned");
        quote!(#copy(&*#name))
    };
    let copy = located(copy, named);
    quote!(let #owner = #copy;)
}
