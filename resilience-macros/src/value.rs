//! Values: literals with units, constants, and expressions.

mod duration;
mod number;
mod stand_in;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use resilience_policy::Rule;
use syn::Lit;

use self::duration::literal_with_a_unit;
pub(crate) use self::{
    duration::duration,
    number::{count, factor, percentage},
    stand_in::StandIn,
};
use crate::{
    args::wrong,
    names::{Root, at, span_of},
};

/// A value of an attribute and the moment at which it is known.
#[derive(Clone)]
pub(crate) struct Value<T> {
    /// The value, where it is a literal.
    pub(crate) literal: Option<T>,
    pub(crate) moment: Moment,
    /// An expression of it.
    pub(crate) tokens: TokenStream,
    /// The same for the compiler: something that breaks no rule, where only the call knows it.
    pub(crate) constant: TokenStream,
    /// What the user wrote.
    pub(crate) written: TokenStream,
    /// Of a value that is put together, the parts that are no literals.
    pub(crate) parts: Parts,
}

/// Keys whose values are not known yet.
#[derive(Clone, Default)]
pub(crate) struct Parts {
    /// At expansion.
    pub(crate) no_literals: Vec<&'static str>,
    /// To the compiler.
    pub(crate) no_constants: Vec<&'static str>,
}

/// When a value is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Moment {
    /// At expansion.
    Literal,
    /// To the compiler.
    Constant,
    /// When the call is made.
    Call,
}

impl<T> Value<T> {
    /// A value that is known at expansion.
    pub(crate) fn literal(value: T, tokens: TokenStream, written: TokenStream) -> Self {
        Self {
            literal: Some(value),
            moment: Moment::Literal,
            constant: tokens.clone(),
            tokens,
            written,
            parts: Parts::default(),
        }
    }

    /// The same, when nobody asks for the value.
    pub(crate) fn without_literal(self) -> Value<()> {
        Value {
            literal: None,
            moment: self.moment,
            tokens: self.tokens,
            constant: self.constant,
            written: self.written,
            parts: self.parts,
        }
    }
}

impl<T: StandIn> Value<T> {
    /// A constant or an expression; `kind` and `example` say what stands here, where it is none.
    pub(crate) fn later(
        key: &Ident,
        written: &TokenStream,
        kind: &str,
        example: &str,
    ) -> syn::Result<Self> {
        if syn::parse2::<syn::Expr>(written.clone()).is_err() {
            return Err(not_a(key, written, kind, example));
        }
        if let Some(error) = literal_with_a_unit(written) {
            return Err(error);
        }
        let moment = if is_constant(written) {
            Moment::Constant
        } else {
            Moment::Call
        };
        let constant = match moment {
            Moment::Call => T::tokens(),
            _ => written.clone(),
        };
        Ok(Self {
            literal: None,
            moment,
            tokens: written.clone(),
            constant,
            written: written.clone(),
            parts: Parts::default(),
        })
    }
}

/// Whether these tokens are the path of a constant: its last segment is in `SCREAMING_CASE`.
pub(crate) fn is_constant(tokens: &TokenStream) -> bool {
    let mut last = None;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) => last = Some(ident.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            _ => return false,
        }
    }
    last.is_some_and(|name| {
        name.chars().any(|c| c.is_ascii_uppercase())
            && name
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    })
}

fn literal(tokens: &TokenStream) -> Option<Lit> {
    syn::parse2(tokens.clone()).ok()
}

fn is_negative(tokens: &TokenStream) -> bool {
    matches!(tokens.clone().into_iter().next(), Some(TokenTree::Punct(p)) if p.as_char() == '-')
}

/// A window that a constant or an expression says: `u32` calls or a `Duration`.
pub(crate) fn window(key: &Ident, written: &TokenStream, root: &Root) -> syn::Result<Value<()>> {
    let mut value = Value::later(key, written, "window", "`100` calls or `30s`")?;
    let module = root.module();
    let tokens = value.tokens;
    let span = at(span_of(&tokens));
    let window = quote_spanned!(span=> #module::WindowOf(#tokens).window());
    value.tokens = quote!({ use #module::NoWindow as _; #window });
    value.constant = match value.moment {
        Moment::Call => quote!(#module::Window::Calls(1)),
        _ => value.tokens.clone(),
    };
    Ok(value)
}

/// A string literal.
pub(crate) fn string(key: &Ident, written: &TokenStream) -> syn::Result<syn::LitStr> {
    syn::parse2(written.clone()).map_err(|_| {
        wrong(
            Rule::WrongValue,
            written,
            key,
            format!("`{key}` is text: write `{key} = \"…\"`"),
        )
    })
}

/// Any expression.
pub(crate) fn expression(key: &Ident, written: TokenStream) -> syn::Result<TokenStream> {
    match syn::parse2::<syn::Expr>(written.clone()) {
        Ok(_) => literal_with_a_unit(&written).map_or(Ok(written), Err),
        Err(error) => {
            let text = format!("`{key}` takes an expression: {error}");
            Err(wrong(Rule::WrongValue, &written, key, text))
        }
    }
}

fn not_a(key: &Ident, written: &TokenStream, kind: &str, example: &str) -> syn::Error {
    let text = format!("`{written}` is no {kind}: write {example}, a constant or an expression");
    wrong(Rule::WrongValue, written, key, text)
}

/// An ident to stand for a value without a key in messages.
pub(crate) fn unnamed(word: &str, span: Span) -> Ident {
    Ident::new(word, span)
}
