//! What can be seen of a circuit.

/// The state of a circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Calls run and are counted.
    Closed,
    /// Calls are rejected until the cooldown ends.
    Open,
    /// A few calls run as probes, the others are rejected.
    HalfOpen,
    /// An operator opened it: calls are rejected until it is reset.
    ForcedOpen,
    /// An operator closed it: calls run and are not counted until it is reset.
    ForcedClosed,
}

impl State {
    pub(super) const fn bits(self) -> u64 {
        match self {
            Self::Closed => 0,
            Self::Open => 1,
            Self::HalfOpen => 2,
            Self::ForcedOpen => 3,
            Self::ForcedClosed => 4,
        }
    }

    pub(super) const fn from_bits(bits: u64) -> Self {
        match bits {
            1 => Self::Open,
            2 => Self::HalfOpen,
            3 => Self::ForcedOpen,
            4 => Self::ForcedClosed,
            _ => Self::Closed,
        }
    }
}

/// What a circuit has counted: totals since the start of the process, and what its window holds.
///
/// ```
/// use resilience::Circuit;
///
/// static SEARCH: Circuit = Circuit::new("search").rate(20).window(500);
/// assert_eq!(SEARCH.counters().window_calls, 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counters {
    /// Calls that succeeded or failed with an error that does not count.
    ///
    /// A circuit with `failures` does not count successes while it has no failure to forget:
    /// they cost it nothing, not even a counter.
    pub successes: u64,
    /// Calls with a counted failure.
    pub failures: u64,
    /// Calls that were slow, whatever their end.
    pub slow: u64,
    /// Calls that were rejected.
    pub rejected: u64,
    /// How often it opened; [`Circuit::force_open`](crate::Circuit::force_open) aside.
    pub opened: u64,
    /// Calls in the window.
    pub window_calls: u32,
    /// Failures in the window.
    pub window_failures: u32,
    /// Slow calls in the window.
    pub window_slow: u32,
    /// Counted failures in a row, for a circuit with `failures`.
    pub consecutive_failures: u32,
}

impl Counters {
    pub(super) const ZERO: Self = Self {
        successes: 0,
        failures: 0,
        slow: 0,
        rejected: 0,
        opened: 0,
        window_calls: 0,
        window_failures: 0,
        window_slow: 0,
        consecutive_failures: 0,
    };
}
