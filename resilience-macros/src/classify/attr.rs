//! What may be written: the words of the derive and their keys.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{
    Attribute, ExprPath, Ident, LitInt, LitStr, Member, Meta, Path, Token, ext::IdentExt,
    parse::ParseStream,
};

use super::Errors;
use crate::suggest::nearest;

/// What to write above a variant, for messages.
pub(super) const CHOICES: &str = "`#[retryable]`, `#[throttled]`, `#[permanent]`, `#[inherit]`, \
     `#[by_status(field)]` or `#[classify(with = path)]`";
/// The words that stand alone, for suggestions.
pub(super) const WORDS: [&str; 6] = [
    "retryable",
    "throttled",
    "permanent",
    "inherit",
    "by_status",
    "classify",
];

/// Whether the same call can succeed later.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Retryable,
    Throttled,
    Permanent,
}

impl Class {
    const ALL: [Self; 3] = [Self::Retryable, Self::Throttled, Self::Permanent];
    const WORDS: [&str; 3] = ["retryable", "throttled", "permanent"];

    /// The attribute, and the constructor of the verdict.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Retryable => "retryable",
            Self::Throttled => "throttled",
            Self::Permanent => "permanent",
        }
    }

    fn of(word: &Ident) -> Option<Self> {
        Self::ALL.into_iter().find(|class| word == class.word())
    }
}

/// What one attribute says about a variant; fields are still names.
pub(super) enum Says {
    Class {
        class: Class,
        after: Option<Member>,
        in_doubt: bool,
    },
    Inherit,
    ByStatus {
        field: Member,
        after: Option<Member>,
    },
    With(ExprPath),
    /// Something that has been reported already.
    Broken,
}

/// Everything the attributes on the type or on one variant say.
#[derive(Default)]
pub(super) struct Said {
    /// What it says, and the attribute as a message would quote it.
    pub(super) says: Option<(Says, String)>,
    /// The word of the attribute that says it, for errors that only show later.
    pub(super) word: Option<Path>,
    pub(super) default: Option<(Class, Ident)>,
}

/// Where an attribute stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Enum,
    Struct,
    Variant,
}

/// Reads the attributes of a type or variant.
pub(super) fn read(attrs: &[Attribute], place: Place, errors: &mut Errors) -> Said {
    let mut said = Said::default();
    let mut has_crate = false;
    for attr in attrs {
        let Some(word) = ours(attr) else { continue };
        if word == "classify" {
            classify(attr, place, &mut has_crate, &mut said, errors);
            continue;
        }
        if place == Place::Enum {
            let hint = if Class::of(word).is_some() {
                format!(", or `#[classify(default = {word})]` for all variants that say nothing")
            } else {
                String::new()
            };
            let message = format!("`#[{word}]` belongs on a variant{hint}");
            errors.at(word.span(), message);
            continue;
        }
        let says = if word == "inherit" {
            if let Meta::List(list) = &attr.meta {
                errors.on(
                    &list.tokens,
                    "`#[inherit]` takes nothing: it asks the one source",
                );
            }
            Says::Inherit
        } else if word == "by_status" {
            by_status(attr, errors)
        } else {
            Class::of(word).map_or(Says::Broken, |class| simple(attr, class, errors))
        };
        said.say(says, format!("#[{word}]"), attr.path(), errors);
    }
    said
}

/// Reports our attributes where they mean nothing.
pub(super) fn refuse(attrs: &[Attribute], errors: &mut Errors) {
    for word in attrs.iter().filter_map(ours) {
        errors.at(
            word.span(),
            format!("`#[{word}]` belongs on a variant or type, not on a field"),
        );
    }
}

/// The word of an attribute of this derive.
fn ours(attr: &Attribute) -> Option<&Ident> {
    attr.path()
        .get_ident()
        .filter(|word| WORDS.iter().any(|ours| *word == ours))
}

/// The path of the runtime crate: `::resilience`, unless `#[classify(crate = path)]` says
/// otherwise. What is wrong with the attribute is for [`read`] to report.
pub(super) fn krate(attrs: &[Attribute]) -> Path {
    let mut found = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("classify")) {
        entries(attr, &mut Errors::default(), |key, input, _| {
            if key == "crate" && value(&key, input).is_ok() {
                found = Some(input.call(Path::parse_mod_style)?);
                return Ok(());
            }
            Err(input.error("not looked at"))
        });
    }
    found.unwrap_or_else(|| {
        let resilience = Ident::new("resilience", proc_macro2::Span::call_site());
        Path {
            leading_colon: Some(<Token![::]>::default()),
            ..Path::from(resilience)
        }
    })
}

impl Said {
    fn say(&mut self, says: Says, quoted: String, word: &Path, errors: &mut Errors) {
        match &self.says {
            None => {
                self.says = Some((says, quoted));
                self.word = Some(word.clone());
            }
            Some((_, earlier)) if *earlier == quoted => {
                errors.on(word, format!("`{quoted}` is written twice"));
            }
            Some((_, earlier)) => errors.on(
                word,
                format!("`{quoted}` contradicts `{earlier}` above it: keep the one that is true"),
            ),
        }
    }
}

/// `#[retryable(after = field, in_doubt)]` and its two sisters.
fn simple(attr: &Attribute, class: Class, errors: &mut Errors) -> Says {
    let mut after = None;
    let mut in_doubt = false;
    entries(attr, errors, |key, input, errors| {
        match key.to_string().as_str() {
            "after" => {
                value(&key, input)?;
                let field = member(input)?;
                once(&mut after, field, &key, errors);
                Ok(())
            }
            "in_doubt" => {
                if input.peek(Token![=]) {
                    return Err(syn::Error::new(key.span(), "`in_doubt` takes no value"));
                }
                if std::mem::replace(&mut in_doubt, true) {
                    errors.at(key.span(), "`in_doubt` is written twice");
                }
                Ok(())
            }
            _ => Err(unknown(
                &key,
                &["after", "in_doubt"],
                "`after = field`, `in_doubt`",
            )),
        }
    });
    Says::Class {
        class,
        after,
        in_doubt,
    }
}

/// `#[by_status(field, after = other)]`.
fn by_status(attr: &Attribute, errors: &mut Errors) -> Says {
    let mut field = None;
    let mut after = None;
    let before = errors.0.len();
    let Meta::List(list) = &attr.meta else {
        errors.on(
            attr.path(),
            "`by_status` needs the field that holds the status: \
             `#[by_status(field)]`",
        );
        return Says::Broken;
    };
    separated(list, errors, |input, errors| {
        if input.peek(LitInt) || (input.peek(Ident::peek_any) && !input.peek2(Token![=])) {
            let named = member(input)?;
            if field.is_some() {
                errors.on(
                    &named,
                    "`by_status` decides by one field; a second one is given here",
                );
            } else {
                field = Some(named);
            }
            return Ok(());
        }
        let key = key(input)?;
        if key != "after" {
            return Err(unknown(
                &key,
                &["after"],
                "the field of the status, `after = field`",
            ));
        }
        value(&key, input)?;
        let named = member(input)?;
        once(&mut after, named, &key, errors);
        Ok(())
    });
    match field {
        Some(field) => Says::ByStatus { field, after },
        None => {
            if errors.0.len() == before {
                errors.on(
                    attr.path(),
                    "`by_status` needs the field that holds the status: \
                     `#[by_status(field)]`",
                );
            }
            Says::Broken
        }
    }
}

/// `#[classify(with = path)]`; on a type also `default = class` and `crate = path`.
fn classify(
    attr: &Attribute,
    place: Place,
    has_crate: &mut bool,
    said: &mut Said,
    errors: &mut Errors,
) {
    let (accepted, shown): (&[&str], _) = match place {
        Place::Enum => (
            &["with", "default", "crate"],
            "`with = path`, `default = class`, `crate = path`",
        ),
        Place::Struct => (&["with", "crate"], "`with = path`, `crate = path`"),
        Place::Variant => (&["with"], "`with = path`"),
    };
    if !matches!(&attr.meta, Meta::List(list) if !list.tokens.is_empty()) {
        errors.on(attr.path(), format!("`classify` needs a key: {shown}"));
        return said.say_nothing();
    }
    entries(attr, errors, |key, input, errors| {
        let word = key.to_string();
        match word.as_str() {
            "with" => {
                // Taken as said even if the value is wrong: one mistake, one message.
                let says = value(&key, input).and_then(|()| input.parse::<ExprPath>());
                let (says, error) = match says {
                    Ok(path) => (Says::With(path), None),
                    Err(error) => (Says::Broken, Some(error)),
                };
                let quoted = "#[classify(with)]".to_owned();
                said.say(says, quoted, &Path::from(key), errors);
                error.map_or(Ok(()), Err)
            }
            "default" if place == Place::Enum => {
                value(&key, input)?;
                let name = input.call(Ident::parse_any)?;
                let Some(class) = Class::of(&name) else {
                    said.default.get_or_insert((Class::Permanent, key));
                    return Err(unknown_in(
                        "class",
                        &name,
                        &Class::WORDS,
                        "`retryable`, `throttled`, `permanent`",
                    ));
                };
                once(&mut said.default, (class, key.clone()), &key, errors);
                Ok(())
            }
            "default" if place == Place::Struct => Err(syn::Error::new(
                key.span(),
                "a struct has no variants to have a default: write `#[retryable]`, \
                 `#[throttled]` or `#[permanent]` on it",
            )),
            "crate" if place != Place::Variant => {
                value(&key, input)?;
                input.call(Path::parse_mod_style)?;
                if std::mem::replace(has_crate, true) {
                    errors.at(key.span(), "`crate` is written twice");
                }
                Ok(())
            }
            "default" | "crate" => Err(syn::Error::new(
                key.span(),
                format!("`{word}` belongs on the type, not on a variant"),
            )),
            _ => {
                let error = unknown(&key, accepted, shown);
                said.say_nothing();
                Err(error)
            }
        }
    });
}

impl Said {
    /// Remembers that something was meant, so that the variant isn't called silent as well.
    fn say_nothing(&mut self) {
        self.says
            .get_or_insert((Says::Broken, "#[classify]".to_owned()));
    }
}

/// Calls `each` for every `key …` of a list; an error does not hide the entries after it.
fn entries(
    attr: &Attribute,
    errors: &mut Errors,
    mut each: impl FnMut(Ident, ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    match &attr.meta {
        Meta::Path(_) => {}
        Meta::List(list) => separated(list, errors, |input, errors| {
            let key = key(input)?;
            each(key, input, errors)
        }),
        Meta::NameValue(pair) => {
            let word = pair.path.to_token_stream();
            errors.on(
                pair,
                format!("`{word}` takes its keys in parentheses: `#[{word}(…)]`"),
            );
        }
    }
}

fn separated(
    list: &syn::MetaList,
    errors: &mut Errors,
    mut each: impl FnMut(ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    let parsed = list.parse_args_with(|input: ParseStream<'_>| {
        while !input.is_empty() {
            let entry = each(input, errors).and_then(|()| match input.is_empty() {
                true => Ok(()),
                false => input.parse::<Token![,]>().map(|_| ()),
            });
            let Err(error) = entry else { continue };
            errors.push(error);
            // Up to and over the next comma: each round takes at least one token.
            while !input.is_empty() {
                let tree: TokenTree = input.parse()?;
                if matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == ',') {
                    break;
                }
            }
        }
        Ok(())
    });
    if let Err(error) = parsed {
        errors.push(error);
    }
}

fn key(input: ParseStream<'_>) -> syn::Result<Ident> {
    input
        .call(Ident::parse_any)
        .map_err(|error| syn::Error::new(error.span(), "expected a key"))
}

/// The `=` after a key, with something behind it.
fn value(key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    let needs = || syn::Error::new(key.span(), format!("`{key}` needs a value: `{key} = …`"));
    if !input.peek(Token![=]) {
        return Err(needs());
    }
    input.parse::<Token![=]>()?;
    if input.is_empty() || input.peek(Token![,]) {
        Err(needs())
    } else {
        Ok(())
    }
}

fn member(input: ParseStream<'_>) -> syn::Result<Member> {
    if input.peek(LitStr) {
        return Err(input.error("expected a field: write its name without quotes"));
    }
    let fork = input.span();
    input
        .parse()
        .map_err(|_| syn::Error::new(fork, "expected a field: its name, or its number in a tuple"))
}

fn once<T>(slot: &mut Option<T>, value: T, key: &Ident, errors: &mut Errors) {
    if slot.is_some() {
        errors.at(key.span(), format!("`{key}` is written twice"));
    } else {
        *slot = Some(value);
    }
}

fn unknown(key: &Ident, accepted: &[&str], shown: &str) -> syn::Error {
    unknown_in("key", key, accepted, shown)
}

fn unknown_in(what: &str, word: &Ident, accepted: &[&str], shown: &str) -> syn::Error {
    let guess = nearest(&word.to_string(), accepted)
        .map_or_else(String::new, |guess| format!(", did you mean `{guess}`?"));
    let message = match guess.is_empty() {
        true => format!("unknown {what} `{word}`; accepted: {shown}"),
        false => format!("unknown {what} `{word}`{guess} accepted: {shown}"),
    };
    syn::Error::new(word.span(), message)
}
