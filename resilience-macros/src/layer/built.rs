//! Policies that are put together from the values of an attribute.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{Constant, Policy};
use crate::value::{Moment, Parts, StandIn, Value};

/// A policy that is put together from the values of an attribute.
pub(crate) struct Built<P> {
    /// The policy, with stand-ins for what is no literal; `None` where it is defined elsewhere.
    pub(crate) literal: Option<P>,
    pub(crate) moment: Moment,
    pub(crate) tokens: TokenStream,
    /// The same for the compiler, with stand-ins for what only the call knows.
    constant: TokenStream,
    /// What the call does to that, when it knows.
    late: TokenStream,
    /// Whether the compiler knows more than the literals.
    named: bool,
    pub(crate) parts: Parts,
    written: Vec<(&'static str, TokenStream)>,
}

impl<P> Built<P> {
    pub(crate) fn new(default: P, tokens: TokenStream) -> Self {
        Self {
            literal: Some(default),
            moment: Moment::Literal,
            constant: tokens.clone(),
            late: TokenStream::new(),
            named: false,
            tokens,
            parts: Parts::default(),
            written: Vec::new(),
        }
    }

    /// A policy that is defined elsewhere.
    pub(crate) fn named(path: TokenStream) -> Self {
        Self {
            literal: None,
            moment: Moment::Constant,
            tokens: path.clone(),
            constant: path.clone(),
            late: TokenStream::new(),
            named: true,
            parts: Parts::default(),
            written: vec![("", path)],
        }
    }

    /// A policy that `new` makes of one value.
    pub(crate) fn made_of<T: StandIn>(
        key: &'static str,
        value: Value<T>,
        new: impl FnOnce(T) -> P,
        function: &TokenStream,
    ) -> Self {
        let (tokens, constant) = (&value.tokens, &value.constant);
        let mut built = Self {
            literal: None,
            moment: Moment::Literal,
            tokens: quote!(#function(#tokens)),
            constant: quote!(#function(#constant)),
            late: TokenStream::new(),
            named: false,
            parts: Parts::default(),
            written: Vec::new(),
        };
        built.literal = Some(new(built.learn(key, value)));
        built
    }

    /// With the value of `key`, which the builder method `method` takes.
    pub(crate) fn set<T: StandIn>(
        &mut self,
        key: &'static str,
        method: &str,
        value: Option<Value<T>>,
        apply: impl FnOnce(P, T) -> P,
    ) {
        let Some(value) = value else { return };
        let method = Ident::new(method, Span::call_site());
        let (tokens, argument) = (&self.tokens, &value.tokens);
        self.tokens = quote!(#tokens.#method(#argument));
        if value.moment == Moment::Call {
            let late = &self.late;
            self.late = quote!(#late.#method(#argument));
        }
        let (constant, argument) = (&self.constant, &value.constant);
        self.constant = quote!(#constant.#method(#argument));
        let literal = self.learn(key, value);
        self.literal = self.literal.take().map(|policy| apply(policy, literal));
    }

    /// Notes what is known of a value, and gives it back or a stand-in.
    fn learn<T: StandIn>(&mut self, key: &'static str, value: Value<T>) -> T {
        self.moment = self.moment.max(value.moment);
        self.named |= value.named();
        self.parts.no_literals.extend(value.parts.no_literals);
        self.parts.no_constants.extend(value.parts.no_constants);
        self.written.push((key, value.written));
        value.literal.unwrap_or_else(|| {
            self.parts.no_literals.push(key);
            if value.moment == Moment::Call {
                self.parts.no_constants.push(key);
            }
            T::value()
        })
    }

    /// The whole as one value, written so; and what was written for its parts.
    pub(crate) fn into_value(
        self,
        written: TokenStream,
    ) -> (Value<P>, Vec<(&'static str, TokenStream)>) {
        let value = Value {
            literal: self.literal,
            moment: self.moment,
            tokens: self.tokens,
            constant: self.constant,
            written,
            parts: self.parts,
        };
        (value, self.written)
    }

    /// The values, of a type that is called so.
    pub(crate) fn policy(&self, declared: TokenStream) -> Policy<'_> {
        Policy {
            moment: self.moment,
            tokens: &self.tokens,
            declared,
            constant: Some(Constant {
                tokens: &self.constant,
                late: Some(&self.late),
                unknown: &self.parts.no_constants,
                named: self.named,
            }),
        }
    }

    /// Notes what was written for a part of a value.
    pub(crate) fn note(&mut self, key: &'static str, written: TokenStream) {
        self.written.push((key, written));
    }

    /// All keys, with what was written for them.
    pub(crate) fn values(&self) -> Vec<(&'static str, &TokenStream)> {
        self.written
            .iter()
            .map(|(key, written)| (*key, written))
            .collect()
    }

    /// What was written for `key`.
    pub(crate) fn written(&self, key: &str) -> Option<&TokenStream> {
        let mut written = self.written.iter();
        written
            .find(|(name, _)| *name == key)
            .map(|(_, tokens)| tokens)
    }
}

impl<T> Value<T> {
    /// Whether it is a constant of the user's, or holds one.
    fn named(&self) -> bool {
        let Parts {
            no_literals,
            no_constants,
        } = &self.parts;
        self.moment == Moment::Constant || no_literals.len() > no_constants.len()
    }

    /// The value as all there is to a layer.
    pub(crate) fn policy(&self, declared: TokenStream) -> Policy<'_> {
        Policy {
            moment: self.moment,
            tokens: &self.tokens,
            declared,
            constant: (self.moment < Moment::Call).then_some(Constant {
                tokens: &self.tokens,
                late: None,
                unknown: &[],
                named: self.named(),
            }),
        }
    }
}
