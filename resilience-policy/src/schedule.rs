//! How long to wait before each retry: the schedule, and the jitter over it.

use std::time::Duration;

/// How the delays of a retry grow.
///
/// Written `backoff = exponential(100ms, factor = 2, cap = 10s)` in an attribute.
///
/// ```
/// use std::time::Duration;
/// use resilience_policy::Schedule;
///
/// const SCHEDULE: Schedule = Schedule::exponential(Duration::from_millis(100));
/// assert_eq!(SCHEDULE.delay(1), Duration::from_millis(100));
/// assert_eq!(SCHEDULE.delay(4), Duration::from_millis(800));
/// assert_eq!(SCHEDULE.delay(1_000_000), Duration::from_secs(10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct Schedule {
    pub(crate) shape: Shape,
    pub(crate) base: Duration,
    pub(crate) factor: f64,
    pub(crate) cap: Duration,
    /// Whether the user wrote the cap: messages name a default that was not written.
    pub(crate) cap_written: bool,
}

/// The shape of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// No delay at all.
    None,
    /// The same delay each time.
    Constant,
    /// 1, 2, 3 … × base.
    Linear,
    /// 1, factor, factor² … × base.
    Exponential,
    /// 1, 1, 2, 3, 5 … × base.
    Fibonacci,
}

impl Schedule {
    /// The cap of growing schedules where none is written.
    pub const CAP: Duration = Duration::from_secs(10);
    /// The factor of an exponential schedule where none is written.
    pub const FACTOR: f64 = 2.0;

    const fn of(shape: Shape, base: Duration, cap: Duration) -> Self {
        Self {
            shape,
            base,
            factor: Self::FACTOR,
            cap,
            cap_written: false,
        }
    }

    /// No delay: the next attempt follows at once.
    pub const fn none() -> Self {
        Self::of(Shape::None, Duration::ZERO, Duration::MAX)
    }

    /// The same delay each time.
    pub const fn constant(delay: Duration) -> Self {
        Self::of(Shape::Constant, delay, Duration::MAX)
    }

    /// 1, 2, 3 … × `step`, at most [`cap`](Self::cap) (default 10 s).
    pub const fn linear(step: Duration) -> Self {
        Self::of(Shape::Linear, step, Self::CAP)
    }

    /// `base`, `base × factor`, `base × factor²` …, at most [`cap`](Self::cap) (default 10 s).
    pub const fn exponential(base: Duration) -> Self {
        Self::of(Shape::Exponential, base, Self::CAP)
    }

    /// 1, 1, 2, 3, 5 … × `base`, at most [`cap`](Self::cap) (default 10 s).
    pub const fn fibonacci(base: Duration) -> Self {
        Self::of(Shape::Fibonacci, base, Self::CAP)
    }

    /// The growth of an exponential schedule. Default 2.
    pub const fn factor(self, factor: f64) -> Self {
        Self { factor, ..self }
    }

    /// No delay is longer than this, jitter included.
    pub const fn cap(self, cap: Duration) -> Self {
        Self {
            cap,
            cap_written: true,
            ..self
        }
    }

    /// The shape.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// The delay before the n-th retry (1 = the first), before jitter. Never panics, never
    /// overflows: what grows past the cap is the cap.
    #[must_use]
    pub const fn delay(&self, retry: u32) -> Duration {
        let steps = retry.saturating_sub(1);
        let delay = match self.shape {
            Shape::None => Duration::ZERO,
            Shape::Constant => self.base,
            Shape::Linear => self.base.saturating_mul(retry),
            Shape::Exponential => self.exponential_delay(steps),
            Shape::Fibonacci => self.fibonacci_delay(steps),
        };
        if delay.as_nanos() > self.cap.as_nanos() {
            self.cap
        } else {
            delay
        }
    }

    #[allow(
        clippy::float_cmp,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "small whole numbers are computed in integers; of others nobody asks the last digit"
    )]
    const fn exponential_delay(&self, steps: u32) -> Duration {
        let whole = self.factor as u32;
        if whole as f64 == self.factor
            && let Some(times) = whole.checked_pow(steps)
        {
            return self.base.saturating_mul(times);
        }
        let mut nanos = self.base.as_nanos() as f64;
        let cap = self.cap.as_nanos() as f64;
        let mut step = 0;
        // Ends within the steps it takes to reach the cap, or stalls at a factor near 1.
        while step < steps && step < 4096 && nanos < cap {
            nanos *= self.factor;
            step += 1;
        }
        if nanos >= cap {
            self.cap
        } else {
            Duration::from_nanos(nanos as u64)
        }
    }

    const fn fibonacci_delay(&self, steps: u32) -> Duration {
        let (mut a, mut b) = (self.base, self.base);
        let mut step = 0;
        // No more steps lead from the shortest delay to the longest.
        while step < steps && step < 150 && a.as_nanos() < self.cap.as_nanos() {
            (a, b) = (b, a.saturating_add(b));
            step += 1;
        }
        a
    }
}

/// How the delays are spread, so that callers that failed together do not return together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Jitter {
    /// Anything from 0 to the delay. The default.
    #[default]
    Full,
    /// Half the delay, and anything up to the other half.
    Equal,
    /// Anything from the base to three times the previous delay, at most the cap.
    Decorrelated,
    /// The delay as it is.
    None,
}

impl Jitter {
    /// The delay to sleep: `random` is uniform over all of `u64`; `previous` is the delay slept
    /// before, if any. The result is never above the schedule's cap.
    #[must_use]
    pub fn apply(
        self,
        schedule: &Schedule,
        retry: u32,
        previous: Option<Duration>,
        random: u64,
    ) -> Duration {
        let delay = schedule.delay(retry);
        let jittered = match self {
            Self::Decorrelated => {
                let base = schedule.delay(1);
                let high = previous.unwrap_or(base).saturating_mul(3);
                between(base, high.max(base), random)
            }
            other => other.spread(delay, random),
        };
        jittered.min(schedule.cap)
    }

    /// The longest this jitter makes the delay before a retry.
    #[must_use]
    pub(crate) const fn longest(self, schedule: &Schedule, retry: u32) -> Duration {
        if !matches!(self, Self::Decorrelated) {
            return schedule.delay(retry);
        }
        let tripled = schedule
            .delay(1)
            .saturating_mul(3_u32.saturating_pow(retry));
        if tripled.as_nanos() > schedule.cap.as_nanos() {
            schedule.cap
        } else {
            tripled
        }
    }

    /// The shortest this jitter makes the delay before a retry.
    #[must_use]
    pub(crate) const fn shortest(self, schedule: &Schedule, retry: u32) -> Duration {
        let delay = schedule.delay(retry);
        match self {
            Self::None => delay,
            Self::Full => Duration::ZERO,
            Self::Equal => match delay.checked_div(2) {
                Some(half) => half,
                None => delay,
            },
            Self::Decorrelated => schedule.delay(1),
        }
    }
}

impl Jitter {
    /// The delay of a backoff that has no schedule, spread. Decorrelated spreads from the delay
    /// itself.
    #[must_use]
    pub fn spread(self, delay: Duration, random: u64) -> Duration {
        match self {
            Self::None => delay,
            Self::Full => between(Duration::ZERO, delay, random),
            Self::Equal => between(delay / 2, delay, random),
            Self::Decorrelated => between(delay, delay.saturating_mul(3), random),
        }
    }
}

/// A duration from `low` to `high`, both included.
fn between(low: Duration, high: Duration, random: u64) -> Duration {
    let span = high.saturating_sub(low).as_nanos();
    let span = u64::try_from(span).unwrap_or(u64::MAX);
    let part = ((u128::from(span) + 1) * u128::from(random)) >> 64;
    low.saturating_add(Duration::from_nanos(
        u64::try_from(part).unwrap_or(u64::MAX),
    ))
}

#[cfg(test)]
mod tests;
