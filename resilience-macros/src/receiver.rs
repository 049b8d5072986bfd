//! The arguments of the function, and functions that are called with some of them.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use resilience_policy::Rule;
use syn::{Attribute, FnArg, Pat, Type, spanned::Spanned};

use crate::{
    args,
    errors::refuse_at,
    names::{Root, at},
    target::{Kind, Target, generic},
};

/// One argument.
pub(crate) struct Param {
    /// The name under which the glue can use it.
    pub(crate) name: Ident,
    /// The pattern the user wrote, bound anew for each attempt.
    pub(crate) pattern: Pat,
    /// `#[allow(…)]` and the like, which must stand on whatever binds the pattern.
    pub(crate) lints: Vec<Attribute>,
    pub(crate) declared: Type,
    pub(crate) form: Form,
}

/// How the function takes an argument.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Owned,
    Borrowed,
    BorrowedMut,
}

impl Form {
    pub(crate) fn of(declared: &Type) -> Self {
        match strip(declared) {
            Type::Reference(reference) if reference.mutability.is_some() => Self::BorrowedMut,
            Type::Reference(_) => Self::Borrowed,
            _ => Self::Owned,
        }
    }
}

impl Param {
    /// The arguments of a signature. Patterns that are more than a name are replaced by a name,
    /// where `rebind` says that the body binds them itself.
    pub(crate) fn take_all(signature: &mut syn::Signature, rebind: bool) -> Vec<Self> {
        let mut params = Vec::new();
        for (place, argument) in signature.inputs.iter_mut().enumerate() {
            let FnArg::Typed(typed) = argument else {
                continue;
            };
            let (pattern, declared) = ((*typed.pat).clone(), (*typed.ty).clone());
            let name = match &pattern {
                // The glue must not use what the user says is unused.
                Pat::Ident(ident) if rebind && ident.ident.to_string().starts_with('_') => {
                    Ident::new(&format!("__arg_{place}"), at(ident.ident.span()))
                }
                Pat::Ident(ident) if ident.by_ref.is_none() && ident.subpat.is_none() => {
                    ident.ident.clone()
                }
                other => Ident::new(&format!("__arg_{place}"), at(other.span())),
            };
            if rebind {
                *typed.pat = syn::parse_quote!(#name);
            }
            let form = Form::of(&declared);
            let lints = typed.attrs.iter().filter(|attribute| is_lint(attribute));
            params.push(Self {
                name,
                pattern,
                lints: lints.cloned().collect(),
                declared,
                form,
            });
        }
        params
    }

    /// The statement that binds what the user wrote to `value`.
    pub(crate) fn bind(&self, value: &TokenStream) -> TokenStream {
        let (lints, pattern) = (&self.lints, &self.pattern);
        quote!(#(#lints)* let #pattern = #value;)
    }

    pub(crate) fn is_owned(&self) -> bool {
        self.form == Form::Owned
    }

    /// Whether the user gave it the name, and not we.
    pub(crate) fn is_named(&self) -> bool {
        matches!(&self.pattern, Pat::Ident(ident) if ident.ident == self.name)
    }

    /// Whether the pattern is the bare name.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(&self.pattern, Pat::Ident(ident) if ident.mutability.is_none() && ident.ident == self.name)
    }

    /// A copy of an owned argument; what is wrong with its type is said on the type.
    pub(crate) fn clone_tokens(&self, root: &Root) -> TokenStream {
        let span = at(self.declared.span());
        let argument = root.private_at("argument", span);
        let mut name = self.name.clone();
        name.set_span(name.span().located_at(span));
        quote_spanned!(span=> #argument(&#name))
    }

    /// A reference for one more use.
    pub(crate) fn reborrow(&self) -> TokenStream {
        let name = &self.name;
        if self.form == Form::BorrowedMut {
            let span = at(self.declared.span());
            let again = quote_spanned!(span=> &mut *#name);
            // To bind `_name` to something without an effect, a lint says, is of no use.
            if name.to_string().starts_with('_') {
                quote_spanned!(span=> ::core::convert::identity(#again))
            } else {
                again
            }
        } else {
            quote!(#name)
        }
    }

    /// The `T` of an `Option<&T>`.
    pub(crate) fn optional_pointee(&self) -> Option<&Type> {
        match strip(generic(strip(&self.declared), "Option")?) {
            Type::Reference(reference) if reference.mutability.is_none() => Some(&reference.elem),
            _ => None,
        }
    }

    /// The `T` of a `&[&T]`.
    pub(crate) fn slice_pointee(&self) -> Option<&Type> {
        let Type::Slice(slice) = self.pointee() else {
            return None;
        };
        match strip(&slice.elem) {
            Type::Reference(part) if part.mutability.is_none() && self.form == Form::Borrowed => {
                Some(&part.elem)
            }
            _ => None,
        }
    }

    /// Whether it is a `Cow`.
    pub(crate) fn is_cow(&self) -> bool {
        generic(strip(&self.declared), "Cow").is_some()
    }

    /// Whether it borrows what no copy of it can own.
    pub(crate) fn borrows_for_good(&self) -> bool {
        let inside = if self.is_cow() {
            generic(strip(&self.declared), "Cow")
        } else {
            let part = self.optional_pointee().or_else(|| self.slice_pointee());
            part.or_else(|| Some(self.pointee()))
        };
        inside.is_some_and(|inside| borrows(inside.to_token_stream()))
    }

    /// The type behind the reference.
    pub(crate) fn pointee(&self) -> &Type {
        match strip(&self.declared) {
            Type::Reference(reference) => strip(&reference.elem),
            other => other,
        }
    }
}

fn is_lint(attribute: &Attribute) -> bool {
    let words = ["allow", "expect", "warn", "deny", "forbid"];
    words.iter().any(|word| attribute.path().is_ident(word))
}

fn strip(declared: &Type) -> &Type {
    match declared {
        Type::Group(inner) => strip(&inner.elem),
        Type::Paren(inner) => strip(&inner.elem),
        other => other,
    }
}

/// Whether a type shows a lifetime other than `'static`. Those of function types are their own.
fn borrows(declared: TokenStream) -> bool {
    let mut tokens = declared.into_iter().peekable();
    let mut before = None;
    while let Some(token) = tokens.next() {
        let found = match &token {
            // Behind a name: the arguments of `Fn(&T)`.
            TokenTree::Group(group) => {
                !matches!(before, Some(TokenTree::Ident(_))) && borrows(group.stream())
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                !matches!(tokens.peek(), Some(TokenTree::Ident(name)) if name == "static")
            }
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                !matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '\'')
            }
            TokenTree::Ident(word) if word == "for" => return false,
            _ => false,
        };
        if found {
            return true;
        }
        before = Some(token);
    }
    false
}

/// `undo` or `undo(a, b)`: a function, and the arguments it is given.
pub(crate) struct Picked {
    pub(crate) path: syn::Path,
    /// `None`: those of the function itself.
    pub(crate) arguments: Option<Vec<TokenStream>>,
}

impl Picked {
    pub(crate) fn parse(written: &TokenStream, word: &str, otherwise: Span) -> syn::Result<Self> {
        let mut tokens: Vec<TokenTree> = written.clone().into_iter().collect();
        let group = match tokens.last() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                let group = group.stream();
                tokens.pop();
                Some(group)
            }
            _ => None,
        };
        let path: TokenStream = tokens.into_iter().collect();
        let path = syn::parse2::<syn::Path>(path).map_err(|_| {
            let text = format!(
                "`{word}` takes the path of an async function: write `#[{word}(function)]` or `#[{word}(function(argument))]`"
            );
            refuse_at(Rule::WrongValue, written, otherwise, text)
        })?;
        let arguments = group.map(args::list_of).transpose()?;
        Ok(Self { path, arguments })
    }

    /// The picked argument with this name.
    pub(crate) fn find(&self, name: &str) -> Option<Ident> {
        let arguments = self.arguments.as_ref()?;
        arguments.iter().find_map(|argument| {
            syn::parse2::<Ident>(argument.clone())
                .ok()
                .filter(|ident| ident == name)
        })
    }

    /// The call, whose errors point at the path. What a plain function names is plain too.
    pub(crate) fn call(&self, target: &Target, arguments: &[TokenStream]) -> TokenStream {
        let (path, span) = (&self.path, at(last_span(&self.path)));
        let mut given = Group::new(Delimiter::Parenthesis, quote!(#(#arguments),*));
        given.set_span(span);
        let awaited = (target.kind != Kind::Plain).then(|| quote_spanned!(span=> .await));
        quote!(#path #given #awaited)
    }

    /// `Self::f` of a method is given `self` first.
    pub(crate) fn wants_self(&self, target: &Target) -> bool {
        let named = self
            .arguments
            .iter()
            .flatten()
            .any(|argument| argument.to_string() == "self");
        !named
            && target.receiver().is_some()
            && self.path.segments.len() == 2
            && self
                .path
                .segments
                .first()
                .is_some_and(|first| first.ident == "Self")
    }

    /// The last segment.
    pub(crate) fn name(&self) -> String {
        self.path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default()
    }
}

/// The place of the last segment.
pub(crate) fn last_span(path: &syn::Path) -> Span {
    path.segments
        .last()
        .map_or_else(Span::call_site, |last| last.ident.span())
}
