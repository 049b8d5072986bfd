//! Every rule about policies and stacks, once.
//!
//! A rule is a `const fn` of a stack and a place in it. The macro applies it when the values are
//! literals, the compiler when they are constants, the runtime when they come later; the text is
//! the same each time.

mod fits;
mod limits;
mod stack;
mod values;
mod worst;

pub use self::worst::WorstCase;
use crate::{
    bulkhead::Bulkhead, circuit::Circuit, rate_limit::RateLimit, retry::Retry, text::Text,
};
use std::{fmt, time::Duration};

/// A layer of a stack, as the rules see it. `None` stands for values that are not known yet.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Layer {
    /// `retry`
    Retry {
        /// Its values.
        policy: Option<Retry>,
        /// Whether it waits for the delay that an error asks for.
        asks: bool,
    },
    /// `timeout`
    Timeout {
        /// How long what lies inside may take.
        after: Option<Duration>,
        /// Whether it asks for proof that everything inside fits.
        fits: bool,
    },
    /// `fallback`
    Fallback {
        /// Whether it says which errors it is for.
        on: bool,
        /// Whether it calls functions, whose time nobody knows.
        calls: bool,
    },
    /// `circuit`
    Circuit {
        /// Its values.
        policy: Option<Circuit>,
        /// Whether its state is its own: neither keyed nor shared.
        own: bool,
    },
    /// `rate_limit`
    RateLimit {
        /// Its values.
        policy: Option<RateLimit>,
    },
    /// `bulkhead`
    Bulkhead {
        /// Its values.
        policy: Option<Bulkhead>,
        /// Whether its slots are its own: neither keyed nor shared.
        own: bool,
    },
    /// `compensate`
    Compensate,
    /// `saga`
    Saga,
}

impl Layer {
    /// A retry whose values are known, and which waits for the delay that an error asks for.
    #[must_use]
    pub const fn retry(policy: Retry) -> Self {
        Self::Retry {
            policy: Some(policy),
            asks: true,
        }
    }

    /// A timeout whose value is known.
    #[must_use]
    pub const fn timeout(after: Duration) -> Self {
        Self::Timeout {
            after: Some(after),
            fits: false,
        }
    }

    /// The word of the attribute.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Retry { .. } => "retry",
            Self::Timeout { .. } => "timeout",
            Self::Fallback { .. } => "fallback",
            Self::Circuit { .. } => "circuit",
            Self::RateLimit { .. } => "rate_limit",
            Self::Bulkhead { .. } => "bulkhead",
            Self::Compensate => "compensate",
            Self::Saga => "saga",
        }
    }

    const fn same_kind(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::Retry { .. }, Self::Retry { .. })
                | (Self::Timeout { .. }, Self::Timeout { .. })
                | (Self::Fallback { .. }, Self::Fallback { .. })
                | (Self::Circuit { .. }, Self::Circuit { .. })
                | (Self::RateLimit { .. }, Self::RateLimit { .. })
                | (Self::Bulkhead { .. }, Self::Bulkhead { .. })
                | (Self::Compensate, Self::Compensate)
                | (Self::Saga, Self::Saga)
        )
    }
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal $page:literal,)+) => {
        /// A rule: its number and name never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[doc = $doc])+ $name = $number,)+
        }

        impl Rule {
            /// All rules, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The page of the rule: why it cannot work, what happens at run time, what to write.
            #[must_use]
            pub const fn page(self) -> &'static str {
                match self {
                    $(Self::$name => include_str!(concat!("../rules/R", $page, ".md")),)+
                }
            }
        }
    };
}

rules! {
    /// `attempts = 0` would never run the body.
    NoAttempts = 1 "001",
    /// A duration of zero.
    ZeroDuration = 2 "002",
    /// A count of zero.
    ZeroCount = 3 "003",
    /// A percentage outside 1 to 100.
    Percentage = 4 "004",
    /// The first delay is longer than the cap.
    BaseAboveCap = 5 "005",
    /// A factor below 1 would make the delays shrink.
    ShrinkingFactor = 6 "006",
    /// `failures` counts in a row; `rate`, `window` and `min_calls` count in a window.
    MixedModes = 7 "007",
    /// A rate that is looked at only after more calls than its window holds.
    MinCallsAboveWindow = 8 "008",
    /// `slow_rate` without `slow`.
    SlowRateWithoutSlow = 9 "009",
    /// The same layer twice.
    Twice = 20 "020",
    /// A timeout that is not shorter than one around it.
    TimeoutNotShorter = 21 "021",
    /// The delays of a retry do not fit into a timeout around it.
    DelaysDoNotFit = 22 "022",
    /// A call is cut off before it can be slow.
    SlowNeverSeen = 23 "023",
    /// A layer above can never see a failure.
    FallbackBelow = 24 "024",
    /// A step must hold all of its attempts.
    CompensateBelow = 25 "025",
    /// `fits` asks for a proof that is not there.
    DoesNotFit = 30 "030",
}

impl Rule {
    /// The number, as in `R021`.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }

    const fn says(self) -> Text {
        let text = Text::new("R0");
        let text = if self.number() < 10 {
            text.str("0")
        } else {
            text
        };
        text.number(self.number() as u64).str(": ")
    }

    #[allow(
        clippy::unnecessary_wraps,
        reason = "the rules end in this, as one expression"
    )]
    const fn broken(self, at: usize, key: &'static str, text: Text) -> Option<Violation> {
        Some(Violation {
            rule: self,
            layer: at,
            key,
            text,
        })
    }
}

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
        }
    }
}

#[cfg(test)]
mod tests;
