//! The policy of a circuit: when it opens, how it recovers.

use std::time::Duration;

/// What a circuit counts its failures in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Window {
    /// The last so many calls; the window really slides.
    Calls(u32),
    /// The calls of the last so long, in ring buckets.
    Time(Duration),
}

/// When a circuit opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trip {
    /// After so many counted failures in a row.
    Consecutive(u32),
    /// When the share of failures in a window reaches a percentage.
    Rate,
}

/// When a circuit opens and how it recovers.
///
/// Defaults: opens when at least 50 % of the last 100 calls failed (and at least 20 were made),
/// for 30 s; then lets 3 probes through, whose success closes it.
///
/// ```
/// use std::time::Duration;
/// use resilience_policy::Circuit;
///
/// const PAYMENTS: Circuit = Circuit::new().failures(5).cooldown(Duration::from_secs(10));
/// assert_eq!(PAYMENTS.cooldown_after(0), Duration::from_secs(10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Circuit {
    pub(crate) failures: Option<u32>,
    pub(crate) rate: Option<u32>,
    pub(crate) window: Option<Window>,
    pub(crate) min_calls: Option<u32>,
    pub(crate) slow: Option<Duration>,
    pub(crate) slow_rate: Option<u32>,
    pub(crate) cooldown: Duration,
    pub(crate) cooldown_factor: u32,
    pub(crate) probes: u32,
    pub(crate) keys_max: u32,
}

impl Circuit {
    /// Percentage of failures that opens, where nothing else is said.
    pub const RATE: u32 = 50;
    /// Calls in the window, where nothing else is said.
    pub const WINDOW: u32 = 100;
    /// Calls before a rate is looked at, where nothing else is said and the window holds as many.
    pub const MIN_CALLS: u32 = 20;
    /// Percentage of slow calls that opens, where only `slow` is said.
    pub const SLOW_RATE: u32 = 80;

    /// The default policy.
    pub const fn new() -> Self {
        Self {
            failures: None,
            rate: None,
            window: None,
            min_calls: None,
            slow: None,
            slow_rate: None,
            cooldown: Duration::from_secs(30),
            cooldown_factor: 1,
            probes: 3,
            keys_max: 10_000,
        }
    }

    /// Opens after so many counted failures in a row. Not together with `rate` or `window`.
    pub const fn failures(self, failures: u32) -> Self {
        Self {
            failures: Some(failures),
            ..self
        }
    }

    /// Opens when this percentage of the window failed (at ≥). Default 50.
    pub const fn rate(self, percent: u32) -> Self {
        Self {
            rate: Some(percent),
            ..self
        }
    }

    /// Looks at the last so many calls. Default 100.
    pub const fn window(self, calls: u32) -> Self {
        Self {
            window: Some(Window::Calls(calls)),
            ..self
        }
    }

    /// Looks at the calls of the last so long.
    pub const fn window_time(self, time: Duration) -> Self {
        Self {
            window: Some(Window::Time(time)),
            ..self
        }
    }

    /// Looks back over this window.
    pub const fn window_of(self, window: Window) -> Self {
        Self {
            window: Some(window),
            ..self
        }
    }

    /// Looks at no rate before so many calls. Default: the smaller of 20 and the window.
    pub const fn min_calls(self, calls: u32) -> Self {
        Self {
            min_calls: Some(calls),
            ..self
        }
    }

    /// A call that takes so long or longer is slow. Default: none is.
    pub const fn slow(self, slow: Duration) -> Self {
        Self {
            slow: Some(slow),
            ..self
        }
    }

    /// Opens when this percentage of the window was slow. Default 80, where `slow` is said.
    pub const fn slow_rate(self, percent: u32) -> Self {
        Self {
            slow_rate: Some(percent),
            ..self
        }
    }

    /// How long it stays open. Default 30 s.
    pub const fn cooldown(self, cooldown: Duration) -> Self {
        Self { cooldown, ..self }
    }

    /// Each reopening multiplies the cooldown by this. Default 1.
    pub const fn cooldown_factor(self, factor: u32) -> Self {
        Self {
            cooldown_factor: factor,
            ..self
        }
    }

    /// How many calls may probe at once, and how many must succeed to close. Default 3.
    pub const fn probes(self, probes: u32) -> Self {
        Self { probes, ..self }
    }

    /// How many keys a keyed circuit remembers. Default 10 000.
    pub const fn keys_max(self, keys: u32) -> Self {
        Self {
            keys_max: keys,
            ..self
        }
    }

    /// When it opens.
    #[must_use]
    pub const fn trip(&self) -> Trip {
        match self.failures {
            Some(failures) => Trip::Consecutive(failures),
            None => Trip::Rate,
        }
    }

    /// The percentage of failures that opens it, default included.
    #[must_use]
    pub const fn effective_rate(&self) -> u32 {
        match self.rate {
            Some(rate) => rate,
            None => Self::RATE,
        }
    }

    /// The window, default included.
    #[must_use]
    pub const fn effective_window(&self) -> Window {
        match self.window {
            Some(window) => window,
            None => Window::Calls(Self::WINDOW),
        }
    }

    /// The calls before a rate is looked at, default included.
    #[must_use]
    pub const fn effective_min_calls(&self) -> u32 {
        match (self.min_calls, self.effective_window()) {
            (Some(calls), _) => calls,
            (None, Window::Calls(calls)) if calls < Self::MIN_CALLS => calls,
            (None, _) => Self::MIN_CALLS,
        }
    }

    /// The percentage of slow calls that opens it, where `slow` is said.
    #[must_use]
    pub const fn effective_slow_rate(&self) -> Option<u32> {
        match (self.slow, self.slow_rate) {
            (None, _) => None,
            (Some(_), Some(rate)) => Some(rate),
            (Some(_), None) => Some(Self::SLOW_RATE),
        }
    }

    /// From when on a call is slow.
    #[must_use]
    pub const fn slow_after(&self) -> Option<Duration> {
        self.slow
    }

    /// The cooldown of the n-th opening in a row (0 = the first), saturating.
    #[must_use]
    pub const fn cooldown_after(&self, reopened: u32) -> Duration {
        let factor = self.cooldown_factor.saturating_pow(reopened);
        self.cooldown.saturating_mul(factor)
    }

    /// The number of probes.
    #[must_use]
    pub const fn probe_count(&self) -> u32 {
        self.probes
    }

    /// The number of keys remembered.
    #[must_use]
    pub const fn key_limit(&self) -> u32 {
        self.keys_max
    }
}

impl Default for Circuit {
    fn default() -> Self {
        Self::new()
    }
}
