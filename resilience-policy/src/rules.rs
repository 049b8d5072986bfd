//! Every rule about policies and stacks, once.
//!
//! A rule is a `const fn` of a stack and a place in it. The macro applies it when the values are
//! literals, the compiler when they are constants, the runtime when they come later; the text is
//! the same each time.

mod fits;
mod hedge;
mod layer;
mod limits;
mod rule;
mod stack;
mod values;
mod worst;

use std::fmt;

pub use self::{layer::Layer, rule::Rule, worst::WorstCase};
use crate::text::Text;

/// A rule that a stack breaks, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    rule: Rule,
    layer: usize,
    key: &'static str,
    text: Text,
}

impl Violation {
    /// The rule.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// The layer at fault: its place in the stack, 0 being the outermost.
    #[must_use]
    pub const fn layer(&self) -> usize {
        self.layer
    }

    /// The key whose value is at fault; empty for the attribute itself.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// What is wrong, and what to write instead.
    #[must_use]
    pub const fn text(&self) -> &Text {
        &self.text
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl std::error::Error for Violation {}

/// All layers of one function, outermost first.
#[derive(Debug, Clone, Copy)]
pub struct Stack<'a> {
    layers: &'a [Layer],
    unknown: &'a [&'a [&'a str]],
}

impl<'a> Stack<'a> {
    /// A stack of these layers, outermost first.
    #[must_use]
    pub const fn new(layers: &'a [Layer]) -> Self {
        Self {
            layers,
            unknown: &[],
        }
    }

    /// Of each layer the keys whose values are not known yet: what stands in their place is any
    /// value, and the rules that read it are left for later.
    #[must_use]
    pub const fn unknown(self, keys: &'a [&'a [&'a str]]) -> Self {
        Self {
            unknown: keys,
            ..self
        }
    }

    /// Everything that is wrong with it.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let places =
            (0..self.layers.len()).flat_map(|at| Rule::ALL.iter().map(move |rule| (at, rule)));
        let all =
            places.flat_map(|(at, rule)| (0..).map_while(move |nth| self.broken(*rule, at, nth)));
        all.filter(|violation| !self.waits(violation)).collect()
    }

    /// The first thing that is wrong with it.
    ///
    /// # Errors
    ///
    /// The first broken rule, layer by layer from the outside.
    #[allow(
        clippy::result_large_err,
        reason = "a value that a `const` context can build"
    )]
    pub const fn check(&self) -> Result<(), Violation> {
        let mut at = 0;
        while at < self.layers.len() {
            if let Some(violation) = self.first_at(at, None, &[]) {
                return Err(violation);
            }
            at += 1;
        }
        Ok(())
    }

    /// Stops the compiler if what the layer at this place says for a key breaks a rule.
    ///
    /// # Panics
    ///
    /// With the text of the first rule it breaks. Meant for `const` contexts.
    #[track_caller]
    pub const fn assert(&self, at: usize, key: &str) {
        if let Some(violation) = self.first_at(at, Some(key), &[]) {
            panic!("{}", violation.text.as_str());
        }
    }

    /// As [`assert`](Self::assert), for all but these keys.
    ///
    /// # Panics
    ///
    /// As [`assert`](Self::assert).
    #[track_caller]
    pub const fn assert_all_but(&self, at: usize, keys: &[&str]) {
        if let Some(violation) = self.first_at(at, None, keys) {
            panic!("{}", violation.text.as_str());
        }
    }

    /// The first violation of a layer about `key`, or about any key but `others`.
    const fn first_at(&self, at: usize, key: Option<&str>, others: &[&str]) -> Option<Violation> {
        let mut rule = 0;
        while rule < Rule::ALL.len() {
            let mut nth = 0;
            while let Some(violation) = self.broken(Rule::ALL[rule], at, nth) {
                let about = match key {
                    Some(key) => same(violation.key, key),
                    None => !contains(others, violation.key),
                };
                if about && !self.waits(&violation) {
                    return Some(violation);
                }
                nth += 1;
            }
            rule += 1;
        }
        None
    }

    /// Whether a violation rests on a value that is not known yet.
    const fn waits(&self, violation: &Violation) -> bool {
        let own = violation.layer;
        if let Rule::DoesNotFit = violation.rule {
            let mut at = own + 1;
            while at < self.unknown.len() {
                if !self.unknown[at].is_empty() {
                    return true;
                }
                at += 1;
            }
        }
        if own >= self.unknown.len() {
            return false;
        }
        let unknown = self.unknown[own];
        if contains(unknown, violation.key) {
            return !violation.rule.is_about_words();
        }
        let reads = violation.rule.reads();
        let mut key = 0;
        while key < reads.len() {
            if contains(unknown, reads[key]) {
                return true;
            }
            key += 1;
        }
        false
    }

    /// What a layer breaks of a rule: each key that does counts as one.
    const fn broken(&self, rule: Rule, at: usize, nth: usize) -> Option<Violation> {
        let stack = self.layers;
        if let Layer::Hedge { .. } = stack[at] {
            match rule {
                Rule::ZeroDuration
                | Rule::ZeroCount
                | Rule::Percentage
                | Rule::HedgeNeverStarts => {
                    return hedge::broken(rule, stack, at, nth);
                }
                _ => {}
            }
        }
        match rule {
            Rule::ZeroDuration => return values::zero_duration(stack, at, nth),
            Rule::ZeroCount => return values::zero_count(stack, at, nth),
            Rule::Percentage => return values::percentage(stack, at, nth),
            _ if nth > 0 => return None,
            _ => {}
        }
        match rule {
            Rule::NoAttempts => values::no_attempts(stack, at),
            Rule::BaseAboveCap => values::base_above_cap(stack, at),
            Rule::ShrinkingFactor => values::shrinking_factor(stack, at),
            Rule::MixedModes => values::mixed_modes(stack, at),
            Rule::MinCallsAboveWindow => values::min_calls_above_window(stack, at),
            Rule::SlowRateWithoutSlow => values::slow_rate_without_slow(stack, at),
            Rule::Twice => stack::twice(stack, at),
            Rule::TimeoutNotShorter => stack::timeout_not_shorter(stack, at),
            Rule::DelaysDoNotFit => stack::delays_do_not_fit(stack, at),
            Rule::SlowNeverSeen => stack::slow_never_seen(stack, at),
            Rule::FallbackBelow => stack::fallback_below(stack, at),
            Rule::CompensateBelow => stack::compensate_below(stack, at),
            Rule::Unkeyed => stack::unkeyed(stack, at),
            Rule::DoesNotFit => fits::does_not_fit(stack, at),
            // About what is written, not about values: for who reads it.
            _ => None,
        }
    }
}

/// Whether two words are the same, in a `const` context.
const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

const fn contains(words: &[&str], word: &str) -> bool {
    let mut at = 0;
    while at < words.len() {
        if same(words[at], word) {
            return true;
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests;
