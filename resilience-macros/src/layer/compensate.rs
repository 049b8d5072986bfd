//! `compensate`: the undo and what it is given, and the step around what lies inside.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use resilience_policy::Rule;
use syn::Type;

use crate::{
    args::Args,
    cx::{Cx, Inner},
    errors::refuse,
    names::{at, local, local_for, local_of, relocated, site, span_of},
    receiver::{Form, Param, Picked, last_span},
    target::{Kind, without_opaque},
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
            // A made-up key is one mistake, not two.
            if let Some((key, value)) = args.any_unknown(&["name", "crate"]) {
                let text = format!(
                    "`compensate` takes the undo without a key: write `#[compensate({value})]`"
                );
                args.errors
                    .add(refuse(Rule::UnknownArgument, key.span(), text));
                return None;
            }
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
            let param = params.iter().find(|param| param.name == written);
            if let Some(param) = param.filter(|param| param.borrows_for_good()) {
                let text = format!(
                    "the undo outlives the call, and `{}` borrows what does not: take `&str`, `&[&str]`, `Cow<'_, str>` or an owned value",
                    param.name
                );
                errors.at(Rule::UndoArgument, argument, Span::call_site(), text);
            }
        }
    }

    /// The arguments of the function that the undo names, each once, and where.
    fn picks<'p>(&self, cx: &'p Cx<'_>) -> Vec<(Span, &'p Param)> {
        let named = self.undo.arguments.iter().flatten();
        let mut seen = Vec::new();
        named
            .filter_map(|argument| {
                let written = argument.to_string();
                if seen.contains(&written) {
                    return None;
                }
                seen.push(written.clone());
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
    ///         let key = key.again();
    ///         async move { refund(lend::<str, _>(&key)).await }
    ///     }))
    /// } else { None };
    /// ```
    pub(crate) fn prologue(&self, cx: &Cx<'_>, at: usize) -> TokenStream {
        let (undo, output) = (local_of("undo", at), local("output"));
        let told = cx.root.private("told");
        let name = self.undo.name();
        let (mut keep, mut renew, mut arguments) = (Vec::new(), Vec::new(), Vec::new());
        if self.takes_self(cx) {
            let (kept, given) = receiver(cx, self.span(), &mut keep);
            let mutable = mutable(cx.target.receives());
            renew.push(quote!(let #mutable #kept = #kept.again();));
            arguments.push(given);
        }
        for (named, param) in self.picks(cx) {
            let name = &param.name;
            let owner = local_for("undo", name);
            keep.push(owned(cx, param, named, &owner));
            let mutable = mutable(Some(param.form));
            renew.push(quote!(let #mutable #owner = #owner.again();));
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
        let call = if self.takes_the_output_alone(cx) {
            self.picked_call(cx, &output)
        } else {
            self.undo.call(cx.target, &arguments)
        };
        let (in_saga, ret, value) = (cx.root.private("in_saga"), cx.output(), cx.value());
        // Located at the undo: what its future or its result lacks is said there.
        let span = self.span();
        let constructor = cx.root.private_at(constructor, span);
        let closure = quote_spanned!(span=> move |#takes| { #(#renew)* async move { #call } });
        let closure = relocated(closure, span);
        let made = quote_spanned!(span=> #constructor::<#ret, #value, _, _>(#name, #closure));
        quote! {
            let #undo = if #in_saga() {
                #(#keep)*
                ::core::option::Option::Some(#made)
            } else {
                ::core::option::Option::None
            };
        }
    }

    fn takes_the_output_alone(&self, cx: &Cx<'_>) -> bool {
        let output =
            |named: &Vec<TokenStream>| named.len() == 1 && self.undo.find("output").is_some();
        self.enlists == Enlists::After
            && !self.takes_self(cx)
            && self.undo.arguments.as_ref().is_none_or(output)
    }

    /// The call of an undo that takes the output alone: one that takes it by value is told so.
    ///
    /// ```text
    /// let undo = (&&&UndoOf::new(refund, &output)).pick();
    /// undo(&output).await
    /// ```
    fn picked_call(&self, cx: &Cx<'_>, output: &Ident) -> TokenStream {
        let (module, path, undo) = (cx.root.module(), &self.undo.path, local("undo"));
        let awaited = (cx.target.kind != Kind::Plain).then(|| quote!(.await));
        quote! {
            let #undo = {
                use #module::{UndoAsIs as _, UndoByRef as _, UndoByValue as _};
                (&&&#module::UndoOf::new(#path, &#output)).pick()
            };
            #undo(&#output) #awaited
        }
    }

    /// ```text
    /// step::<Ret, _, _, _, _, _>(&SITE, undo, call, |error| Ask(error).verdict(), inner, |it| look(it))
    /// ```
    pub(crate) fn wrap(&self, cx: &Cx<'_>, at: usize, inner: Inner) -> Inner {
        let (site, output, step) = (site(), cx.output(), cx.root.private("step"));
        let (mut undo, call, error) = (local_of("undo", at), local("call"), local("error"));
        undo.set_span(self.span());
        let (ask, look, outcome) = (
            cx.root.private("Ask"),
            cx.root.private("look"),
            local("outcome"),
        );
        let Inner { setup, future, .. } = inner.into_future();
        let future = quote! {
            #step::<#output, _, _, _, _, _>(
                &#site,
                #undo,
                #call,
                |#error| (&#ask(#error)).verdict(),
                #future,
                |#outcome| #look::<#output, _, _>(#outcome),
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
fn receiver(cx: &Cx<'_>, span: Span, keep: &mut Vec<TokenStream>) -> (Ident, TokenStream) {
    let (kept, this) = (local("receiver"), cx.self_token());
    if cx.target.receives() == Some(Form::Owned) {
        let copy = cx.root.private_at("owned_receiver", span);
        keep.push(quote_spanned!(span=> let #kept = #copy(&#this);));
        return (kept.clone(), quote!(#kept));
    }
    let copy = cx.root.private_at("owned_receiver", span);
    keep.push(quote_spanned!(span=> let #kept = #copy(&*#this);));
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
    if param.slice_pointee().is_some() {
        let lend = cx.root.private("lend_slice");
        return quote!(&#lend(&#owner)[..]);
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
    } else if param.is_cow() {
        let copy = cx.root.private("owned_cow");
        quote!(#copy(&*#name))
    } else if param.slice_pointee().is_some() {
        let copy = cx.root.private("owned_slice");
        quote!(#copy(#name))
    } else if param.is_owned() {
        let copy = cx.root.private("kept");
        quote!(#copy(&#name))
    } else {
        let copy = cx.root.private("owned");
        quote!(#copy(&*#name))
    };
    let copy = relocated(copy, named);
    quote_spanned!(at(named)=> let #owner = #copy;)
}
