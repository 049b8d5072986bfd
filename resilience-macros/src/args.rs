//! Reads the arguments of an attribute: positional values and `key = value`.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

use crate::{
    errors::{Errors, error_at},
    suggest::nearest,
};

/// Deeper nesting would take the stack of the parsers behind this.
const DEEPEST: usize = 64;
/// No policy needs as many tokens.
const LONGEST: usize = 4096;

/// The arguments of one attribute.
pub(crate) struct Args {
    /// The attribute's word.
    pub(crate) word: Ident,
    /// All of them, as written.
    pub(crate) written: TokenStream,
    positional: Vec<TokenStream>,
    keyed: Vec<(Ident, TokenStream)>,
    accepted: BTreeSet<&'static str>,
    pub(crate) errors: Errors,
}

impl Args {
    pub(crate) fn new(word: Ident, tokens: TokenStream) -> syn::Result<Self> {
        if measure(tokens.clone(), 0) > LONGEST {
            let text = "this attribute is nested too deeply or too long to be a policy";
            return Err(syn::Error::new(word.span(), text));
        }
        let (mut positional, mut keyed) = (Vec::new(), Vec::new());
        for argument in split(tokens.clone()) {
            match key_of(&argument) {
                Some((key, value)) => keyed.push((key, value)),
                None => positional.push(argument.into_iter().collect()),
            }
        }
        Ok(Self {
            word,
            written: tokens,
            positional,
            keyed,
            accepted: BTreeSet::new(),
            errors: Errors::new(),
        })
    }

    pub(crate) fn span(&self) -> Span {
        self.word.span()
    }

    /// The next positional argument.
    pub(crate) fn positional(&mut self) -> Option<TokenStream> {
        (!self.positional.is_empty()).then(|| self.positional.remove(0))
    }

    /// All positional arguments.
    pub(crate) fn all_positional(&mut self) -> Vec<TokenStream> {
        std::mem::take(&mut self.positional)
    }

    /// The positional argument that is this bare word.
    pub(crate) fn flag(&mut self, word: &'static str) -> Option<Ident> {
        self.accepted.insert(word);
        let place = self
            .positional
            .iter()
            .position(|argument| argument.to_string() == word)?;
        syn::parse2(self.positional.remove(place)).ok()
    }

    /// The value of a key, with the key.
    pub(crate) fn key(&mut self, word: &'static str) -> Option<(Ident, TokenStream)> {
        self.accepted.insert(word);
        let place = self.keyed.iter().position(|(key, _)| key == word)?;
        let (key, value) = self.keyed.remove(place);
        while let Some(again) = self.keyed.iter().position(|(key, _)| key == word) {
            let (again, _) = self.keyed.remove(again);
            let text = format!("`{word}` is given twice: keep one");
            self.errors.add(syn::Error::new(again.span(), text));
        }
        if value.is_empty() {
            let text = format!("`{word}` has no value: write `{word} = …`");
            self.errors.add(syn::Error::new(key.span(), text));
            return None;
        }
        Some((key, value))
    }

    /// The value of a key, read by `parse`.
    pub(crate) fn read<T>(
        &mut self,
        word: &'static str,
        parse: impl FnOnce(&Ident, TokenStream) -> syn::Result<T>,
    ) -> Option<T> {
        let (key, value) = self.key(word)?;
        let parsed = parse(&key, value);
        self.errors.take(parsed)
    }

    /// Complains about everything that nobody has asked for.
    pub(crate) fn finish<T>(mut self, value: T) -> syn::Result<T> {
        let accepted: Vec<_> = self.accepted.iter().copied().collect();
        for (key, _) in &self.keyed {
            let text = unknown(&self.word, &key.to_string(), &accepted);
            self.errors.add(syn::Error::new(key.span(), text));
        }
        for argument in &self.positional {
            let written = argument.to_string();
            let text = if accepted.contains(&written.as_str()) {
                format!("`{written}` needs a value: write `{written} = …`")
            } else if syn::parse2::<Ident>(argument.clone()).is_ok() {
                unknown(&self.word, &written, &accepted)
            } else {
                let keys = list(&accepted);
                format!(
                    "`{}` takes no such value here: write one of {keys}",
                    self.word
                )
            };
            self.errors.at(argument, self.word.span(), text);
        }
        self.errors.into_result(value)
    }
}

fn unknown(word: &Ident, key: &str, accepted: &[&str]) -> String {
    match nearest(key, accepted) {
        Some(near) => format!("`{word}` has no key `{key}`: did you mean `{near}`?"),
        None => format!(
            "`{word}` has no key `{key}`: write one of {}",
            list(accepted)
        ),
    }
}

fn list(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Splits at the commas of the outermost level. A turbofish keeps its commas.
fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut arguments = Vec::new();
    let mut argument: Vec<TokenTree> = Vec::new();
    let mut angles = 0_usize;
    for token in tokens {
        if let TokenTree::Punct(punct) = &token {
            let after = |text: char| ends_with(&argument, text);
            match punct.as_char() {
                '<' if angles > 0 || after(':') => angles += 1,
                '>' if angles > 0 && !after('-') && !after('=') => angles -= 1,
                ',' if angles == 0 => {
                    arguments.push(std::mem::take(&mut argument));
                    continue;
                }
                _ => {}
            }
        }
        argument.push(token);
    }
    if !argument.is_empty() {
        arguments.push(argument);
    }
    arguments
}

fn ends_with(tokens: &[TokenTree], text: char) -> bool {
    matches!(tokens.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == text)
}

/// `key` and `value` of `key = value`.
fn key_of(argument: &[TokenTree]) -> Option<(Ident, TokenStream)> {
    let [TokenTree::Ident(key), TokenTree::Punct(equals), value @ ..] = argument else {
        return None;
    };
    let comparison = matches!(value.first(), Some(TokenTree::Punct(p)) if p.as_char() == '=')
        && equals.spacing() == proc_macro2::Spacing::Joint;
    (equals.as_char() == '=' && !comparison).then(|| (key.clone(), value.iter().cloned().collect()))
}

/// The number of tokens, or more than is allowed if they are nested too deeply.
fn measure(tokens: TokenStream, depth: usize) -> usize {
    if depth > DEEPEST {
        return LONGEST + 1;
    }
    let mut sum = 0_usize;
    for token in tokens {
        sum += match token {
            TokenTree::Group(group) => 1 + measure(group.stream(), depth + 1),
            _ => 1,
        };
        if sum > LONGEST {
            break;
        }
    }
    sum
}

/// The elements of a list, split at its commas.
pub(crate) fn list_of(tokens: TokenStream) -> Vec<TokenStream> {
    split(tokens)
        .into_iter()
        .map(|element| element.into_iter().collect())
        .collect()
}

/// The inside of a call like `exponential(…)`, if these tokens are one of `name`.
pub(crate) fn call(tokens: &TokenStream) -> Option<(Ident, Option<TokenStream>)> {
    let mut tokens = tokens.clone().into_iter();
    let Some(TokenTree::Ident(name)) = tokens.next() else {
        return None;
    };
    let inside = match tokens.next() {
        None => None,
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            Some(group.stream())
        }
        Some(_) => return None,
    };
    tokens.next().is_none().then_some((name, inside))
}

/// An error on a value, or on its key if it is empty.
pub(crate) fn wrong(value: &TokenStream, key: &Ident, text: impl ToString) -> syn::Error {
    error_at(value, key.span(), text)
}
