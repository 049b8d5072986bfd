//! Every rule about policies and stacks, once.
//!
//! A rule is a `const fn` of a stack and a place in it. The macro applies it when the values are
//! literals, the compiler when they are constants, the runtime when they come later; the text is
//! the same each time.

mod fits;
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
pub struct Stack<'a>(&'a [Layer]);

impl<'a> Stack<'a> {
    /// A stack of these layers, outermost first.
    #[must_use]
    pub const fn new(layers: &'a [Layer]) -> Self {
        Self(layers)
    }

    /// Everything that is wrong with it.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        (0..self.0.len())
            .flat_map(|at| {
                Rule::ALL
                    .iter()
                    .filter_map(move |rule| self.broken(*rule, at))
            })
            .collect()
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
        while at < self.0.len() {
            if let Some(violation) = self.first_at(at) {
                return Err(violation);
            }
            at += 1;
        }
        Ok(())
    }

    /// Stops the compiler if the layer at this place breaks a rule.
    ///
    /// # Panics
    ///
    /// With the text of the first rule it breaks. Meant for `const` contexts.
    #[track_caller]
    pub const fn assert(&self, at: usize) {
        if let Some(violation) = self.first_at(at) {
            panic!("{}", violation.text.as_str());
        }
    }

    const fn first_at(&self, at: usize) -> Option<Violation> {
        let mut rule = 0;
        while rule < Rule::ALL.len() {
            let broken = self.broken(Rule::ALL[rule], at);
            if broken.is_some() {
                return broken;
            }
            rule += 1;
        }
        None
    }

    const fn broken(&self, rule: Rule, at: usize) -> Option<Violation> {
        let stack = self.0;
        match rule {
            Rule::NoAttempts => values::no_attempts(stack, at),
            Rule::ZeroDuration => values::zero_duration(stack, at),
            Rule::ZeroCount => values::zero_count(stack, at),
            Rule::Percentage => values::percentage(stack, at),
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
            Rule::DoesNotFit => fits::does_not_fit(stack, at),
            // About what is written, not about values: for who reads it.
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
