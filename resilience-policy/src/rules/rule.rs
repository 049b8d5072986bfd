//! The list of the rules.

use std::fmt;

use super::Violation;
use crate::text::Text;

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
                    $(Self::$name => include_str!(concat!("../../rules/R", $page, ".md")),)+
                }
            }
        }
    };
}

rules! {
    // The values of one layer.
    /// `attempts = 0` would never run the body.
    NoAttempts = 1 "001",
    /// A duration that is zero or negative.
    ZeroDuration = 2 "002",
    /// A count that is zero or negative.
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

    // How a layer is written.
    /// A key or word that the attribute does not have.
    UnknownArgument = 10 "010",
    /// The same key twice.
    RepeatedArgument = 11 "011",
    /// A value of the wrong kind.
    WrongValue = 12 "012",
    /// A duration, rate or percentage without its unit.
    MissingUnit = 13 "013",
    /// A key without its value, or an attribute without what it needs.
    MissingValue = 14 "014",
    /// `max` counts retries, `attempts` all calls.
    MaxWithAttempts = 15 "015",
    /// Neither a class word nor a pattern.
    NoFilter = 16 "016",
    /// `keys_max` bounds keys that are not there.
    KeysMaxWithoutKey = 17 "017",
    /// Values beside the path of a shared state.
    SharedState = 18 "018",
    /// Nested too deeply or too long.
    TooLarge = 19 "019",

    // The layers of one stack.
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
    /// Two attempts at once cannot change the same thing.
    HedgeMutable = 26 "026",
    /// A hedge that can never start.
    HedgeNeverStarts = 28 "028",
    /// `fits` asks for a proof that is not there.
    DoesNotFit = 30 "030",

    // The function under the attributes.
    /// A function that cannot wait.
    NotAsync = 40 "040",
    /// A function that cannot fail.
    NoResult = 41 "041",
    /// `const`, `extern` or variadic.
    SpecialFunction = 42 "042",
    /// An item that makes no calls.
    NotAFunction = 43 "043",
    /// A receiver that the first attempt takes away.
    MovedReceiver = 44 "044",
    /// A mutable borrow that outlives its attempt.
    BorrowedOutput = 45 "045",
    /// An argument that depends on `#[cfg]`.
    ConditionalArgument = 46 "046",
    /// A name that means two things, or nothing.
    TakenName = 47 "047",

    // Types: the compiler finds these through traits.
    /// What is needed more than once cannot be cloned.
    NotClone = 50 "050",
    /// An error that does not say what it is.
    NotClassify = 51 "051",
    /// An error that cannot hold a rejection.
    NoFromRejection = 52 "052",
    /// A fallback with other arguments or another result.
    FallbackSignature = 53 "053",
    /// An undo with other arguments or another result.
    UndoSignature = 54 "054",
    /// An undo argument that cannot be kept.
    UndoArgument = 55 "055",
    /// A pattern or predicate over another type.
    FilterType = 56 "056",
    /// A constant or expression of another type.
    ValueType = 57 "057",
    /// A key that cannot be looked up.
    NoKey = 58 "058",

    // `#[derive(Classify)]`.
    /// A variant that does not say what it is.
    Unclassified = 60 "060",
    /// A variant that says two things.
    TwoClasses = 61 "061",
    /// A delay in a field of another type.
    AfterType = 62 "062",
    /// `inherit` without exactly one source.
    InheritSource = 63 "063",
    /// An attribute of the derive in the wrong place.
    Misplaced = 64 "064",
    /// An item that is no error type.
    NoErrorType = 65 "065",
    /// A field that does not exist.
    NoSuchField = 66 "066",
}

impl Rule {
    /// The number: 21 for `R021`, which is how it is shown.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The name: the title of its page.
    #[must_use]
    pub fn name(self) -> &'static str {
        let title = self.page().lines().next().unwrap_or_default();
        title.split_once(": ").map_or(title, |(_, name)| name)
    }

    /// The rule with this number.
    #[must_use]
    pub fn of_number(number: u32) -> Option<Self> {
        let mut rules = Self::ALL.iter().copied();
        rules.find(|rule| rule.number() == number)
    }

    /// The keys of its layer that it reads, beside the one it speaks of.
    pub(super) const fn reads(self) -> &'static [&'static str] {
        match self {
            Self::BaseAboveCap => &["backoff", "base", "cap"],
            Self::HedgeNeverStarts => &["after", "max"],
            Self::MinCallsAboveWindow => &["min_calls", "window"],
            Self::DelaysDoNotFit => &[
                "max", "attempts", "backoff", "base", "factor", "cap", "jitter",
            ],
            _ => &[],
        }
    }

    /// Whether it looks at what is written, whatever the value.
    pub(super) const fn is_about_words(self) -> bool {
        matches!(self, Self::MixedModes | Self::SlowRateWithoutSlow)
    }

    /// The start of a text about it.
    pub(super) const fn says(self) -> Text {
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
    pub(super) const fn broken(
        self,
        at: usize,
        key: &'static str,
        text: Text,
    ) -> Option<Violation> {
        Some(Violation {
            rule: self,
            layer: at,
            key,
            text,
        })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "R{:03}", self.number())
    }
}
