//! What may be written: the words of the derive and their keys.

mod classify;

use resilience_policy::Rule;
use syn::{Attribute, ExprPath, Ident, LitInt, Member, Meta, Path, Token, ext::IdentExt};

pub(super) use self::classify::krate;
use super::{
    Errors,
    keys::{entries, key, member, once, separated, unknown, value},
};
use crate::errors::refuse;

/// What to write above a variant, for messages.
pub(super) const CHOICES: &str = "`#[retryable]`, `#[throttled]`, `#[permanent]`, `#[inherit]`, \
     `#[by_status(field)]` or `#[classify(with = path)]`";
const NO_STATUS: &str = "`by_status` needs the field that holds the status: `#[by_status(field)]`";
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
            classify::read(attr, place, &mut has_crate, &mut said, errors);
            continue;
        }
        if place == Place::Enum {
            let hint = if Class::of(word).is_some() {
                format!(", or `#[classify(default = {word})]` for all variants that say nothing")
            } else {
                String::new()
            };
            let message = format!("`#[{word}]` belongs on a variant{hint}");
            errors.at(Rule::Misplaced, word.span(), message);
            said.say_nothing();
            continue;
        }
        let says = if word == "inherit" {
            if !matches!(attr.meta, Meta::Path(_)) {
                errors.on(
                    Rule::UnknownArgument,
                    &attr.meta,
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
pub(super) fn misplaced(attrs: &[Attribute], errors: &mut Errors) {
    for word in attrs.iter().filter_map(ours) {
        errors.at(
            Rule::Misplaced,
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

impl Said {
    fn say(&mut self, says: Says, quoted: String, word: &Path, errors: &mut Errors) {
        match &self.says {
            None => {
                self.says = Some((says, quoted));
                self.word = Some(word.clone());
            }
            Some((_, earlier)) if *earlier == quoted => {
                errors.on(
                    Rule::RepeatedArgument,
                    word,
                    format!("`{quoted}` is written twice"),
                );
            }
            Some((_, earlier)) => errors.on(
                Rule::TwoClasses,
                word,
                format!("`{quoted}` contradicts `{earlier}` above it: keep the one that is true"),
            ),
        }
    }

    /// Remembers that something was meant, so that the variant isn't called silent as well.
    fn say_nothing(&mut self) {
        self.says
            .get_or_insert((Says::Broken, "#[classify]".to_owned()));
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
                    return Err(refuse(
                        Rule::WrongValue,
                        key.span(),
                        "`in_doubt` takes no value",
                    ));
                }
                if std::mem::replace(&mut in_doubt, true) {
                    errors.at(
                        Rule::RepeatedArgument,
                        key.span(),
                        "`in_doubt` is written twice",
                    );
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
        errors.on(Rule::MissingValue, attr.path(), NO_STATUS);
        return Says::Broken;
    };
    separated(list, errors, |input, errors| {
        if input.peek(LitInt) || (input.peek(Ident::peek_any) && !input.peek2(Token![=])) {
            let named = member(input)?;
            if field.is_some() {
                errors.on(
                    Rule::UnknownArgument,
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
    if let Some(field) = field {
        return Says::ByStatus { field, after };
    }
    if errors.0.len() == before {
        errors.on(Rule::MissingValue, attr.path(), NO_STATUS);
    }
    Says::Broken
}
