//! Which field is meant: by name, by number, or as the one source.

use quote::ToTokens;
use resilience_policy::Rule;
use syn::{Fields, Ident, Index, Member, spanned::Spanned};

use super::{
    Errors,
    ast::{Field, Verdict},
    attr::Says,
};
use crate::suggest::nearest;

/// The variant or struct whose fields are named.
pub(super) struct Subject<'a> {
    pub(super) name: &'a Ident,
    pub(super) fields: &'a Fields,
}

impl<'a> Subject<'a> {
    /// The verdict, with names replaced by fields; `None` only if an error was reported.
    pub(super) fn resolve(
        &self,
        says: Says,
        word: Option<&syn::Path>,
        errors: &mut Errors,
    ) -> Option<Verdict<'a>> {
        // A field that is not there was reported: nothing is expanded then.
        Some(match says {
            Says::Class {
                class,
                after,
                in_doubt,
            } => {
                let after = after.and_then(|member| self.field(&member, errors));
                Verdict::Class {
                    class,
                    after,
                    in_doubt,
                }
            }
            Says::Inherit => Verdict::Inherit(self.source(word, errors)?),
            Says::ByStatus { field, after } => {
                let after = after.and_then(|member| self.field(&member, errors));
                Verdict::ByStatus {
                    field: self.field(&field, errors)?,
                    after,
                }
            }
            Says::With(path) => Verdict::With(path),
            Says::Broken => return None,
        })
    }

    fn members(&self) -> impl Iterator<Item = (Member, &'a syn::Field)> + use<'a> {
        self.fields.iter().zip(0..).map(|(field, index)| {
            let member = match &field.ident {
                Some(ident) => Member::Named(ident.clone()),
                None => Member::Unnamed(Index {
                    index,
                    span: field.ty.span(),
                }),
            };
            (member, field)
        })
    }

    fn field(&self, wanted: &Member, errors: &mut Errors) -> Option<Field<'a>> {
        let found = self.members().find(|(member, _)| member == wanted);
        if let Some((member, field)) = found {
            return Some(Field {
                member,
                ty: &field.ty,
            });
        }
        let text = |member: &Member| member.to_token_stream().to_string();
        let all: Vec<String> = self.members().map(|(member, _)| text(&member)).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let wanted_text = text(wanted);
        let help = match (all.as_slice(), nearest(&wanted_text, &all)) {
            ([], _) => "; it has none".to_owned(),
            (_, Some(guess)) if matches!(wanted, Member::Named(_)) => {
                format!(", did you mean `{guess}`?")
            }
            _ => format!("; it has `{}`", all.join("`, `")),
        };
        errors.on(
            Rule::NoSuchField,
            wanted,
            format!("`{}` has no field `{wanted_text}`{help}", self.name),
        );
        None
    }

    /// The one error this variant wraps: marked, else named `source`, else alone.
    fn source(&self, word: Option<&syn::Path>, errors: &mut Errors) -> Option<Field<'a>> {
        let is_marked = |(_, field): &(Member, &syn::Field)| {
            field
                .attrs
                .iter()
                .any(|a| a.path().is_ident("from") || a.path().is_ident("source"))
        };
        let marked: Vec<_> = self.members().filter(is_marked).collect();
        let named = || {
            self.members()
                .find(|(member, _)| member.to_token_stream().to_string() == "source")
        };
        let alone = || self.members().next().filter(|_| self.fields.len() == 1);
        let found = match marked.as_slice() {
            [] => named().or_else(alone),
            [one] => Some(one.clone()),
            _ => None,
        };
        if let Some((member, field)) = found {
            return Some(Field {
                member,
                ty: &field.ty,
            });
        }
        let name = self.name;
        let message = match (marked.len(), self.fields.len()) {
            (0, 0) => format!("`#[inherit]` asks the wrapped error, but `{name}` has no field"),
            (0, fields) => format!(
                "`#[inherit]` needs exactly one source, but `{name}` has {fields} fields: mark \
                 the error with `#[source]` or `#[from]`, or name it `source`"
            ),
            (marks, _) => format!(
                "`#[inherit]` needs exactly one source, but {marks} fields of `{name}` are marked"
            ),
        };
        match word {
            Some(word) => errors.on(Rule::InheritSource, word, message),
            None => errors.at(Rule::InheritSource, name.span(), message),
        }
        None
    }
}
