//! `on`, `when` and `after`: which failures a layer is for.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use resilience_policy::Rule;
use syn::{Pat, parse::Parser};

use crate::{
    args::{Args, wrong},
    cx::Cx,
    errors::refuse,
    names::{at, local, located, span_of},
    suggest::nearest,
    value::expression,
};

const CLASSES: &[(&str, &str)] = &[
    ("Retryable", "is_retryable"),
    ("Throttled", "is_throttled"),
    ("Permanent", "is_permanent"),
    ("Unapplied", "is_unapplied"),
];

/// Which failures a layer is for.
pub(crate) struct Filter {
    on: On,
    when: Option<TokenStream>,
    after: Option<TokenStream>,
}

enum On {
    /// A class word, by the question it asks the verdict.
    Class(&'static str, Span),
    All,
    Pattern(TokenStream),
    /// `when` alone.
    Unsaid,
}

impl Filter {
    /// The filter where nothing is said: `on = Retryable`.
    pub(crate) fn retryable(span: Span) -> Self {
        Self {
            on: On::Class("is_retryable", span),
            when: None,
            after: None,
        }
    }

    /// Reads `on`, and `when` and `after` where the layer has them.
    pub(crate) fn parse(args: &mut Args, functions: bool) -> Option<Self> {
        let on = args.read("on", on);
        let when = functions.then(|| args.read("when", expression)).flatten();
        let after = functions.then(|| args.read("after", expression)).flatten();
        if on.is_none() && when.is_none() && after.is_none() {
            return None;
        }
        let on = match (on, &when) {
            (Some(on), _) => on,
            (None, Some(_)) => On::Unsaid,
            (None, None) => On::Class("is_retryable", args.span()),
        };
        Some(Self { on, when, after })
    }

    /// A closure from `&E` to what the filter says about the error.
    pub(crate) fn closure(&self, cx: &Cx<'_>) -> TokenStream {
        let (error, root) = (local("error"), cx.root);
        let asked = root.private("Asked");
        let mut says = match &self.on {
            On::Class(question, span) => {
                let by_class = root.private_at("by_class", *span);
                let verdict = root.private("Verdict");
                let question = Ident::new(question, Span::call_site());
                let inferred = cx.error();
                quote!(#by_class::<#inferred>(#error, #verdict::#question))
            }
            On::All | On::Unsaid => quote!(#asked::plain(true)),
            On::Pattern(pattern) => quote!(#asked::plain(::core::matches!(#error, #pattern))),
        };
        if let Some(when) = &self.when {
            let holds = written(cx, "holds", &error, when);
            says = quote!(#says.and(#holds));
        }
        if let Some(after) = &self.after {
            let delay = written(cx, "delay", &error, after);
            says = quote!(#says.after(#delay));
        }
        let unused = matches!(self.on, On::All) && self.when.is_none() && self.after.is_none();
        if unused {
            quote!(|_| #says)
        } else {
            quote!(|#error| #says)
        }
    }

    /// Whether it asks the error for its verdict, and so knows of its effect.
    pub(crate) fn asks_the_class(&self) -> bool {
        matches!(self.on, On::Class(..))
    }

    /// Whether it says which errors it is for: `_` says all.
    pub(crate) fn chooses(&self) -> bool {
        let all = match &self.on {
            On::All | On::Unsaid => true,
            On::Pattern(pattern) => takes_all(pattern),
            On::Class(..) => false,
        };
        !all || self.when.is_some()
    }

    /// Whether the delay that an error asks for is read.
    pub(crate) fn asks(&self) -> bool {
        self.asks_the_class() || self.after.is_some()
    }
}

/// What a function of the user's says about `error`; if it cannot, that is said where it stands.
fn written(cx: &Cx<'_>, helper: &str, error: &Ident, function: &TokenStream) -> TokenStream {
    let span = at(span_of(function));
    let helper = cx.root.private_at(helper, span);
    quote_spanned!(span=> #helper(#error, #function))
}

fn on(key: &Ident, written: TokenStream) -> syn::Result<On> {
    let tokens: Vec<TokenTree> = written.clone().into_iter().collect();
    if let [TokenTree::Ident(word)] = tokens.as_slice() {
        return single(key, word);
    }
    if let [TokenTree::Literal(text)] = tokens.as_slice()
        && let Some((class, _)) = CLASSES
            .iter()
            .find(|(class, _)| text.to_string() == format!("\"{class}\""))
    {
        let text = format!("a class word stands without quotes: write `{key} = {class}`");
        return Err(wrong(Rule::NoFilter, &written, key, text));
    }
    if matches!(tokens.as_slice(), [TokenTree::Punct(p)] if p.as_char() == '_') {
        return Ok(On::All);
    }
    if let Some(word) = class_alternative(&tokens) {
        let text = format!(
            "`{word}` is a class word and stands alone: write `on = {word}`, or patterns only"
        );
        return Err(refuse(Rule::NoFilter, word.span(), text));
    }
    if Pat::parse_multi_with_leading_vert
        .parse2(written.clone())
        .is_ok()
    {
        return Ok(On::Pattern(written));
    }
    if let Some(guard) = tokens
        .iter()
        .find(|token| matches!(token, TokenTree::Ident(it) if it == "if"))
    {
        let text = "a pattern stands without a guard here: write the condition as `when = |error| …`, \
                    which `retry` takes beside `on`, or as a pattern";
        return Err(refuse(Rule::NoFilter, guard.span(), text));
    }
    let text = "this is neither a class word nor a pattern: write `Retryable`, `Throttled`, \
                `Permanent`, `Unapplied`, `_`, or a pattern over the error type";
    Err(wrong(Rule::NoFilter, &written, key, text))
}

/// Whether one alternative of a pattern is `_`.
fn takes_all(pattern: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = pattern.clone().into_iter().collect();
    let bar = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == '|');
    let mut alternatives = tokens.split(bar);
    alternatives.any(|alternative| matches!(alternative, [only] if only.to_string() == "_"))
}

/// A class word that is a whole alternative among patterns.
fn class_alternative(tokens: &[TokenTree]) -> Option<&Ident> {
    let bar = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == '|');
    tokens.split(bar).find_map(|alternative| match alternative {
        [TokenTree::Ident(word)] if CLASSES.iter().any(|(class, _)| word == class) => Some(word),
        _ => None,
    })
}

fn single(key: &Ident, word: &Ident) -> syn::Result<On> {
    let written = word.to_string();
    if written == "_" {
        return Ok(On::All);
    }
    if let Some((_, question)) = CLASSES.iter().find(|(class, _)| *class == written) {
        return Ok(On::Class(question, word.span()));
    }
    let names: Vec<&str> = CLASSES.iter().map(|(class, _)| *class).collect();
    if let Some(near) = nearest(&written, &names) {
        let text = format!("`{written}` is no class of errors: did you mean `{near}`?");
        return Err(refuse(Rule::NoFilter, word.span(), text));
    }
    if written.starts_with(|c: char| c.is_lowercase() || c == '_') {
        let text = format!(
            "`{written}` would be a new name that matches every error: write `{key} = _` for all, \
             a class word (`Retryable`, `Throttled`, `Permanent`, `Unapplied`), or a pattern"
        );
        return Err(refuse(Rule::NoFilter, word.span(), text));
    }
    if crate::value::is_constant(&quote!(#word)) {
        return Ok(On::Pattern(quote!(#word)));
    }
    // With braces it is a struct or variant that must exist, never a new name.
    let braces = located(quote!({ .. }), word.span());
    Ok(On::Pattern(quote!(#word #braces)))
}
