//! What the attributes mean: every rule about a type and its variants is applied here.

use proc_macro2::{Span, TokenStream};
use resilience_policy::Rule;
use syn::{Attribute, ExprPath, Fields, Generics, Ident, Member, Type};

use super::{
    Errors,
    attr::{self, CHOICES, Class, Place, Says, WORDS},
    subject::Subject,
};
use crate::{errors::refuse_at, suggest::nearest};

/// The type the derive stands on.
pub(super) struct Item {
    pub(super) attrs: Vec<Attribute>,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    shape: Shape,
}

enum Shape {
    Enum(Vec<syn::Variant>),
    Struct(Fields),
    Union(syn::Token![union]),
}

/// A checked type: what to do with each of its values.
pub(super) enum Meaning<'a> {
    /// One function decides.
    With(ExprPath),
    /// One arm for each variant, or for the struct.
    Arms(Vec<Arm<'a>>),
}

pub(super) struct Arm<'a> {
    /// `None` stands for the struct itself.
    pub(super) variant: Option<&'a Ident>,
    pub(super) verdict: Verdict<'a>,
}

pub(super) enum Verdict<'a> {
    Class {
        class: Class,
        after: Option<Field<'a>>,
        in_doubt: bool,
    },
    Inherit(Field<'a>),
    ByStatus {
        field: Field<'a>,
        after: Option<Field<'a>>,
    },
    With(ExprPath),
}

pub(super) struct Field<'a> {
    pub(super) member: Member,
    pub(super) ty: &'a Type,
}

impl Item {
    pub(super) fn read(input: TokenStream) -> syn::Result<Self> {
        let item: syn::Item = syn::parse2(input)?;
        let (attrs, ident, generics, shape) = match item {
            syn::Item::Enum(item) => {
                let variants = item.variants.into_iter().collect();
                (item.attrs, item.ident, item.generics, Shape::Enum(variants))
            }
            syn::Item::Struct(item) => (
                item.attrs,
                item.ident,
                item.generics,
                Shape::Struct(item.fields),
            ),
            syn::Item::Union(item) => (
                item.attrs,
                item.ident,
                item.generics,
                Shape::Union(item.union_token),
            ),
            other => {
                let message = "`Classify` can be derived for enums and structs";
                return Err(refuse_at(
                    Rule::NoErrorType,
                    &other,
                    Span::call_site(),
                    message,
                ));
            }
        };
        Ok(Self {
            attrs,
            ident,
            generics,
            shape,
        })
    }
}

impl<'a> Meaning<'a> {
    /// `None` only if an error was reported.
    pub(super) fn new(item: &'a Item, errors: &mut Errors) -> Option<Self> {
        match &item.shape {
            Shape::Enum(variants) => Some(of_enum(item, variants, errors)),
            Shape::Struct(fields) => of_struct(item, fields, errors),
            Shape::Union(token) => {
                errors.at(
                    Rule::NoErrorType,
                    token.span,
                    "`Classify` cannot look into a union: use an enum or a struct",
                );
                None
            }
        }
    }
}

fn of_enum<'a>(item: &Item, variants: &'a [syn::Variant], errors: &mut Errors) -> Meaning<'a> {
    let said = attr::read(&item.attrs, Place::Enum, errors);
    // Something on the type that could not be read may have spoken for the variants.
    let excused = said.says.is_some();
    let with = match said.says {
        Some((Says::With(path), _)) => Some(path),
        _ => None,
    };
    if let (Some(_), Some((_, key))) = (&with, &said.default) {
        errors.at(
            Rule::TwoClasses,
            key.span(),
            "`default` has no effect: `with` decides for every variant",
        );
    }
    let mut arms = Vec::with_capacity(variants.len());
    for variant in variants {
        for field in &variant.fields {
            attr::misplaced(&field.attrs, errors);
        }
        let own = attr::read(&variant.attrs, Place::Variant, errors);
        let subject = Subject {
            name: &variant.ident,
            fields: &variant.fields,
        };
        let verdict = match (own.says, &with, &said.default) {
            (Some((_, quoted)), Some(_), _) => {
                let message = format!(
                    "`{quoted}` has no effect: `#[classify(with)]` on the type decides for every \
                     variant"
                );
                match &own.word {
                    Some(word) => errors.on(Rule::TwoClasses, word, message),
                    None => errors.at(Rule::TwoClasses, variant.ident.span(), message),
                }
                None
            }
            (Some((says, _)), None, _) => subject.resolve(says, own.word.as_ref(), errors),
            (None, Some(_), _) => None,
            (None, None, Some((class, _))) => Some(Verdict::Class {
                class: *class,
                after: None,
                in_doubt: false,
            }),
            (None, None, None) => {
                if !excused {
                    errors.at(Rule::Unclassified, variant.ident.span(), silent(variant));
                }
                None
            }
        };
        let variant = Some(&variant.ident);
        arms.extend(verdict.map(|verdict| Arm { variant, verdict }));
    }
    with.map_or(Meaning::Arms(arms), Meaning::With)
}

fn of_struct<'a>(item: &'a Item, fields: &'a Fields, errors: &mut Errors) -> Option<Meaning<'a>> {
    for field in fields {
        attr::misplaced(&field.attrs, errors);
    }
    let said = attr::read(&item.attrs, Place::Struct, errors);
    let subject = Subject {
        name: &item.ident,
        fields,
    };
    match said.says {
        Some((Says::With(path), _)) => Some(Meaning::With(path)),
        Some((says, _)) => {
            let verdict = subject.resolve(says, said.word.as_ref(), errors)?;
            Some(Meaning::Arms(vec![Arm {
                variant: None,
                verdict,
            }]))
        }
        None => {
            let name = &item.ident;
            let message = format!("`{name}` does not say what it is: write {CHOICES} above it");
            errors.at(Rule::Unclassified, name.span(), message);
            None
        }
    }
}

/// The message for a variant that says nothing.
fn silent(variant: &syn::Variant) -> String {
    let name = &variant.ident;
    let slip = variant.attrs.iter().find_map(|attr| {
        let word = attr.path().get_ident()?.to_string();
        Some((nearest(&word, &WORDS)?, word))
    });
    if let Some((meant, word)) = slip {
        return format!(
            "`{name}` does not say what it is: did you mean `#[{meant}]` instead of `#[{word}]`?"
        );
    }
    if variant
        .fields
        .iter()
        .any(|field| field.attrs.iter().any(|a| a.path().is_ident("from")))
    {
        return format!(
            "`{name}` does not say what it is: write {CHOICES} above it; `#[inherit]` asks the \
             error it wraps"
        );
    }
    format!("`{name}` does not say what it is: write {CHOICES} above it")
}
