//! What comes out: one impl with absolute paths, in the context of the derive.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{ExprPath, Ident, Path, Type};

use super::ast::{Arm, Field, Item, Meaning, Verdict};

/// ```text
/// #[automatically_derived]
/// impl ::resilience::Classify for PaymentError {
///     fn classify(&self) -> ::resilience::Verdict {
///         match self {
///             Self::Declined { .. } => ::resilience::Verdict::permanent(),
///             Self::Gateway { 0: source, .. } => <Error as ::resilience::Classify>::classify(source),
///         }
///     }
/// }
/// ```
pub(super) fn meaning(item: &Item, krate: &Path, meaning: &Meaning<'_>) -> TokenStream {
    let (body, bounds) = match meaning {
        Meaning::With(path) => (computed(path), Vec::new()),
        // A reference to a type without values still counts as a value: look behind it.
        Meaning::Arms(arms) if arms.is_empty() => (quote!(match *self {}), Vec::new()),
        Meaning::Arms(all) => {
            let arms = all.iter().map(|it| arm(it, krate));
            (quote!(match self { #(#arms)* }), bounds(item, krate, all))
        }
    };
    implementation(item, krate, &body, &bounds)
}

/// The call of the user's function; what does not fit is said on its path.
fn computed(path: &ExprPath) -> TokenStream {
    let last = path.path.segments.last();
    let span = last.map_or_else(Span::call_site, |last| last.ident.span());
    let this = Ident::new("self", Span::call_site().located_at(span));
    let mut given = Group::new(Delimiter::Parenthesis, quote!(#this));
    given.set_span(span);
    quote!(#path #given)
}

/// An impl for a type with errors, so that its uses give no errors of their own.
pub(super) fn fallback(item: &Item, krate: &Path) -> TokenStream {
    implementation(item, krate, &quote!(#krate::Verdict::permanent()), &[])
}

fn implementation(
    item: &Item,
    krate: &Path,
    body: &TokenStream,
    bounds: &[TokenStream],
) -> TokenStream {
    let ident = relocated(item.ident.to_token_stream());
    let (impl_generics, ty_generics, _) = item.generics.split_for_impl();
    let own = item
        .generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    let all: Vec<_> = own
        .map(ToTokens::to_token_stream)
        .chain(bounds.iter().cloned())
        .collect();
    let clause = if all.is_empty() {
        TokenStream::new()
    } else {
        quote!(where #(#all),*)
    };
    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::Classify for #ident #ty_generics #clause {
            fn classify(&self) -> #krate::Verdict {
                #body
            }
        }
    }
}

/// `Self::Busy { wait: after, .. } => ::resilience::Verdict::throttled().after_opt(…),`
fn arm(arm: &Arm<'_>, krate: &Path) -> TokenStream {
    let variant = arm.variant.map(|ident| {
        let ident = relocated(ident.to_token_stream());
        quote!(::#ident)
    });
    let after = local("__after");
    let subject = local("__subject");
    let bound = |field: &Field<'_>, local: &Ident| {
        let member = relocated(field.member.to_token_stream());
        quote!(#member: #local,)
    };
    let (fields, verdict) = match &arm.verdict {
        Verdict::Class {
            class,
            after: delay,
            in_doubt,
        } => {
            let class = Ident::new(class.word(), Span::call_site());
            let fields = delay.as_ref().map(|field| bound(field, &after));
            let delay = delay.as_ref().map(|field| {
                let delay = ask(field, &quote!(#krate::__private::Delay), "delay", &after);
                quote!(.after_opt(#delay))
            });
            let in_doubt = in_doubt.then(|| quote!(.in_doubt()));
            (fields, quote!(#krate::Verdict::#class() #delay #in_doubt))
        }
        Verdict::Inherit(source) => {
            let verdict = ask(source, &quote!(#krate::Classify), "classify", &subject);
            (Some(bound(source, &subject)), verdict)
        }
        Verdict::ByStatus {
            field,
            after: delay,
        } => {
            // One field may be asked for both; it is bound once for each.
            let mut fields = bound(field, &subject);
            fields.extend(delay.as_ref().map(|field| bound(field, &after)));
            let status = ask(
                field,
                &quote!(#krate::__private::StatusOf),
                "status",
                &subject,
            );
            let delay = delay.as_ref().map_or_else(
                || quote!(::core::option::Option::None),
                |field| ask(field, &quote!(#krate::__private::Delay), "delay", &after),
            );
            (
                Some(fields),
                quote!(#krate::Verdict::from_status(#status, #delay)),
            )
        }
        Verdict::With(path) => (None, computed(path)),
    };
    quote!(Self #variant { #fields .. } => #verdict,)
}

/// `<Type as Trait>::method(field)`: if the type can't answer, the error stands on the type.
fn ask(field: &Field<'_>, asked: &TokenStream, method: &str, local: &Ident) -> TokenStream {
    let ty = relocated(field.ty.to_token_stream());
    let method = Ident::new(method, Span::call_site());
    quote!(<#ty as #asked>::#method(#local))
}

/// What the impl needs of types that depend on the parameters of the user's type.
fn bounds(item: &Item, krate: &Path, arms: &[Arm<'_>]) -> Vec<TokenStream> {
    let mut needed: Vec<TokenStream> = Vec::new();
    let mut need = |field: &Field<'_>, asked: TokenStream| {
        if depends(field.ty, item) {
            let ty = relocated(field.ty.to_token_stream());
            needed.push(quote!(#ty: #asked));
        }
    };
    for arm in arms {
        match &arm.verdict {
            Verdict::Inherit(source) => need(source, quote!(#krate::Classify)),
            Verdict::ByStatus { field, after } => {
                need(field, quote!(#krate::__private::StatusOf));
                if let Some(after) = after {
                    need(after, quote!(#krate::__private::Delay));
                }
            }
            Verdict::Class { after, .. } => {
                if let Some(after) = after {
                    need(after, quote!(#krate::__private::Delay));
                }
            }
            Verdict::With(_) => {}
        }
    }
    needed
}

/// Whether a bound on this type must be written. Not for a type that contains itself: proving
/// the bound would need the bound.
fn depends(ty: &Type, item: &Item) -> bool {
    let tokens = ty.to_token_stream();
    let params = item
        .generics
        .type_params()
        .any(|param| mentions(&tokens, &param.ident));
    params && !mentions(&tokens, &item.ident) && !mentions(&tokens, &local("Self"))
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

/// A name of ours that no name of the user's can meet.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The user's tokens at their own place, but as text of the derive: errors point at them, and
/// lints about them (deprecated types, needless paths) stay silent.
fn relocated(tokens: TokenStream) -> TokenStream {
    let place = |tree: TokenTree| {
        let mut tree = match tree {
            TokenTree::Group(group) => {
                let span = group.span();
                let mut group = Group::new(group.delimiter(), relocated(group.stream()));
                group.set_span(span);
                TokenTree::Group(group)
            }
            // `$crate` means the crate of its own context; it must keep it.
            TokenTree::Ident(ident) if ident == "$crate" => return TokenTree::Ident(ident),
            other => other,
        };
        tree.set_span(Span::call_site().located_at(tree.span()));
        tree
    };
    tokens.into_iter().map(place).collect()
}
