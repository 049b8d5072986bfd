//! `#[classify(…)]`: its keys, on a type and on a variant.

use resilience_policy::Rule;
use syn::{Attribute, ExprPath, Ident, Meta, Path, Token, ext::IdentExt, parse::ParseStream};

use super::{Class, Place, Said, Says};
use crate::{
    classify::{
        Errors,
        keys::{entries, once, unknown, unknown_in, unreadable, value},
    },
    errors::refuse,
};

/// `#[classify(with = path)]`; on a type also `default = class` and `crate = path`.
pub(super) fn read(
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
        errors.on(
            Rule::MissingValue,
            attr.path(),
            format!("`classify` needs a key: {shown}"),
        );
        return said.say_nothing();
    }
    entries(attr, errors, |key, input, errors| {
        let word = key.to_string();
        match word.as_str() {
            "with" => {
                // Taken as said even if the value is wrong: one mistake, one message.
                let says = value(&key, input).and_then(|()| path(input));
                let (says, error) = match says {
                    Ok(path) => (Says::With(path), None),
                    Err(error) => (Says::Broken, Some(error)),
                };
                let quoted = "#[classify(with)]".to_owned();
                said.say(says, quoted, &Path::from(key), errors);
                error.map_or(Ok(()), Err)
            }
            "default" if place == Place::Enum => {
                let class = value(&key, input).and_then(|()| class(input));
                let (class, error) = match class {
                    Ok(class) => (class, None),
                    Err(error) => (Class::Permanent, Some(error)),
                };
                once(&mut said.default, (class, key.clone()), &key, errors);
                error.map_or(Ok(()), Err)
            }
            "default" if place == Place::Struct => {
                said.say_nothing();
                Err(refuse(
                    Rule::Misplaced,
                    key.span(),
                    "a struct has no variants to have a default: write `#[retryable]`, \
                     `#[throttled]` or `#[permanent]` on it",
                ))
            }
            "crate" if place != Place::Variant => {
                value(&key, input)?;
                input.call(Path::parse_mod_style).map_err(unreadable)?;
                if std::mem::replace(has_crate, true) {
                    errors.at(
                        Rule::RepeatedArgument,
                        key.span(),
                        "`crate` is written twice",
                    );
                }
                Ok(())
            }
            "default" | "crate" => {
                said.say_nothing();
                let message = format!("`{word}` belongs on the type, not on a variant");
                Err(refuse(Rule::Misplaced, key.span(), message))
            }
            _ => {
                let error = unknown(&key, accepted, shown);
                said.say_nothing();
                Err(error)
            }
        }
    });
}

fn path(input: ParseStream<'_>) -> syn::Result<ExprPath> {
    if input.peek(syn::LitStr) || input.peek(Token![|]) {
        let text = "`with` takes the path of a function, without quotes: write \
                    `with = path::to::function`, which is a `fn(&Self) -> Verdict`";
        return Err(refuse(Rule::WrongValue, input.span(), text));
    }
    input.parse().map_err(unreadable)
}

fn class(input: ParseStream<'_>) -> syn::Result<Class> {
    let word = input.call(Ident::parse_any).map_err(unreadable)?;
    let shown = "`retryable`, `throttled`, `permanent`";
    Class::of(&word).ok_or_else(|| unknown_in("class", &word, &Class::WORDS, shown))
}

/// The path of the runtime crate: `::resilience`, unless `#[classify(crate = path)]` says
/// otherwise. What is wrong with the attribute is for [`read`] to report.
pub(in crate::classify) fn krate(attrs: &[Attribute]) -> Path {
    let mut found = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("classify")) {
        entries(attr, &mut Errors::default(), |key, input, _| {
            if key == "crate" && value(&key, input).is_ok() {
                found = Some(input.call(Path::parse_mod_style)?);
                return Ok(());
            }
            Err(refuse(Rule::WrongValue, input.span(), "not looked at"))
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
