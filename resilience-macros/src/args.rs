//! Reads the arguments of an attribute: positional values and `key = value`.

mod split;

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use resilience_policy::Rule;

pub(crate) use self::split::{call, list_of};
use self::split::{key_inside, key_of, split};
use crate::{
    errors::{Errors, refuse, refuse_at},
    limits,
    suggest::nearest,
    value::is_constant,
};

/// The arguments of one attribute.
pub(crate) struct Args {
    /// The attribute's word.
    pub(crate) word: Ident,
    /// All of them, as written.
    pub(crate) written: TokenStream,
    positional: Vec<TokenStream>,
    keyed: Vec<(Ident, TokenStream)>,
    accepted: BTreeSet<&'static str>,
    flags: BTreeSet<&'static str>,
    /// What may stand without a key.
    expects: Option<&'static str>,
    /// Whether the one value without a key has been read.
    taken: bool,
    /// Keys whose values could not be read.
    pub(crate) unreadable: Vec<&'static str>,
    pub(crate) errors: Errors,
}

impl Args {
    pub(crate) fn new(word: Ident, tokens: TokenStream) -> syn::Result<Self> {
        if limits::are_exceeded(&tokens) {
            let text = "this attribute is nested too deeply or too long to be a policy";
            return Err(refuse(Rule::TooLarge, word.span(), text));
        }
        let (mut positional, mut keyed) = (Vec::new(), Vec::new());
        let mut errors = Errors::new();
        for argument in errors.take(split(tokens.clone())).unwrap_or_default() {
            if let Some(next) = key_inside(&argument) {
                let text = format!("a comma is missing before `{next}`");
                errors.add(refuse(Rule::WrongValue, next.span(), text));
                continue;
            }
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
            flags: BTreeSet::new(),
            expects: None,
            taken: false,
            unreadable: Vec::new(),
            errors,
        })
    }

    pub(crate) fn span(&self) -> Span {
        self.word.span()
    }

    /// The next positional argument.
    pub(crate) fn positional(&mut self) -> Option<TokenStream> {
        let first = (!self.positional.is_empty()).then(|| self.positional.remove(0));
        self.taken |= first.is_some();
        first
    }

    /// The next positional argument, if it is a constant; `expects` says so to who writes
    /// something else.
    pub(crate) fn constant(&mut self, expects: &'static str) -> Option<TokenStream> {
        self.expects = Some(expects);
        let is_next = self.positional.first().is_some_and(is_constant);
        is_next.then(|| self.positional()).flatten()
    }

    /// All positional arguments.
    pub(crate) fn all_positional(&mut self) -> Vec<TokenStream> {
        std::mem::take(&mut self.positional)
    }

    /// The positional argument that is this bare word.
    pub(crate) fn flag(&mut self, word: &'static str) -> Option<Ident> {
        self.accepted.insert(word);
        self.flags.insert(word);
        self.word_alone(word)
    }

    /// As [`flag`](Self::flag), for a word that nobody is told of.
    pub(crate) fn word_alone(&mut self, word: &str) -> Option<Ident> {
        let place = self
            .positional
            .iter()
            .position(|argument| argument.to_string() == word)?;
        syn::parse2(self.positional.remove(place)).ok()
    }

    /// Takes out the first key that is none of these, with its value.
    pub(crate) fn any_unknown(&mut self, known: &[&str]) -> Option<(Ident, TokenStream)> {
        let place = self
            .keyed
            .iter()
            .position(|(key, _)| known.iter().all(|known| key != known))?;
        Some(self.keyed.remove(place))
    }

    /// Whether a key is written and not read yet.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.keyed.iter().any(|(key, _)| key == word)
    }

    /// Whether something stands without a key that nobody has read yet.
    pub(crate) fn has_positional(&self) -> bool {
        !self.positional.is_empty()
    }

    /// Whether something was written that cannot be read, or that nobody has asked for yet.
    pub(crate) fn has_leftovers(&self) -> bool {
        self.has_positional() || !self.keyed.is_empty() || !self.unreadable.is_empty()
    }

    /// Where this key is written.
    pub(crate) fn written_key(&self, word: &str) -> Option<&Ident> {
        let mut keys = self.keyed.iter().map(|(key, _)| key);
        keys.find(|key| *key == word)
    }

    /// The value of a key, with the key.
    pub(crate) fn key(&mut self, word: &'static str) -> Option<(Ident, TokenStream)> {
        self.accepted.insert(word);
        let place = self.keyed.iter().position(|(key, _)| key == word)?;
        let (key, value) = self.keyed.remove(place);
        while let Some(again) = self.keyed.iter().position(|(key, _)| key == word) {
            let (again, _) = self.keyed.remove(again);
            let text = format!("`{word}` is given twice: keep one");
            self.errors
                .add(refuse(Rule::RepeatedArgument, again.span(), text));
        }
        if value.is_empty() {
            let text = format!("`{word}` has no value: write `{word} = …`");
            self.errors
                .add(refuse(Rule::MissingValue, key.span(), text));
            self.unreadable.push(word);
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
        self.take(word, parsed)
    }

    /// The value of a key that was read; its error is kept.
    pub(crate) fn take<T>(&mut self, word: &'static str, parsed: syn::Result<T>) -> Option<T> {
        let value = self.errors.take(parsed);
        if value.is_none() {
            self.unreadable.push(word);
        }
        value
    }

    /// Complains about everything that nobody has asked for.
    pub(crate) fn finish(mut self) -> Errors {
        let accepted: Vec<_> = self.accepted.iter().copied().collect();
        for (key, _) in &self.keyed {
            if self.flags.iter().any(|flag| key == flag) {
                let text = format!("`{key}` takes no value: write `{key}`");
                self.errors.add(refuse(Rule::WrongValue, key.span(), text));
                continue;
            }
            let text = unknown(&self.word, &key.to_string(), &accepted);
            self.errors
                .add(refuse(Rule::UnknownArgument, key.span(), text));
        }
        for argument in &self.positional {
            let (rule, text) = self.misplaced(argument, &accepted);
            self.errors.at(rule, argument, self.word.span(), text);
        }
        self.errors
    }

    /// What is wrong with a value that stands without a key.
    fn misplaced(&self, argument: &TokenStream, accepted: &[&str]) -> (Rule, String) {
        let Self { word, flags, .. } = self;
        let mut tokens = argument.clone().into_iter();
        let first = tokens.next().map(|first| first.to_string());
        let (first, alone) = (first.unwrap_or_default(), tokens.next().is_none());
        if flags.contains(first.as_str()) {
            return if alone {
                let text = format!("`{first}` is given twice: keep one");
                (Rule::RepeatedArgument, text)
            } else {
                let text = format!("`{first}` takes no value: write `{first}`");
                (Rule::WrongValue, text)
            };
        }
        if accepted.contains(&first.as_str()) {
            let text = format!("`{first}` needs its value behind `=`: write `{first} = …`");
            return (Rule::MissingValue, text);
        }
        let rule = Rule::UnknownArgument;
        if alone && nearest(&first, accepted).is_some() {
            return (rule, unknown(word, &first, accepted));
        }
        if self.taken {
            let text = format!("`{word}` takes one value without a key: remove this one");
            return (rule, text);
        }
        if let Some(expects) = self.expects {
            return (Rule::WrongValue, format!("`{word}` takes {expects}"));
        }
        if alone && syn::parse2::<Ident>(argument.clone()).is_ok() {
            return (rule, unknown(word, &first, accepted));
        }
        let words = write_one_of(accepted);
        (
            rule,
            format!("`{word}` takes no value without a key: {words}"),
        )
    }

    /// Refuses all keys but these: `text` says why.
    pub(crate) fn refuse_others(&mut self, allowed: &[&str], text: impl Fn(&Ident) -> String) {
        let (kept, refused) = std::mem::take(&mut self.keyed)
            .into_iter()
            .partition(|(key, _)| allowed.iter().any(|allowed| key == allowed));
        self.keyed = kept;
        let refused: Vec<(Ident, TokenStream)> = refused;
        for (key, _) in refused {
            self.errors
                .add(refuse(Rule::SharedState, key.span(), text(&key)));
        }
    }
}

fn unknown(word: &Ident, key: &str, accepted: &[&str]) -> String {
    match nearest(key, accepted) {
        Some(near) => format!("`{word}` has no key `{key}`: did you mean `{near}`?"),
        None => format!("`{word}` has no key `{key}`: {}", write_one_of(accepted)),
    }
}

fn write_one_of(words: &[&str]) -> String {
    if words.is_empty() {
        return "it takes none".to_owned();
    }
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    format!("write one of {}", words.join(", "))
}

/// An error on a value, or on its key if it is empty.
pub(crate) fn wrong(
    rule: Rule,
    value: &TokenStream,
    key: &Ident,
    text: impl std::fmt::Display,
) -> syn::Error {
    refuse_at(rule, value, key.span(), text)
}
