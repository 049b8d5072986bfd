//! The policy of a retry: how often, how long apart.

use std::time::Duration;

use crate::schedule::{Jitter, Schedule};

/// How often a body is run again, and how long apart.
///
/// Defaults: 3 retries, exponential from 100 ms by a factor of 2 up to 10 s, full jitter; a delay
/// asked by the error is waited for up to 2 min.
///
/// ```
/// use std::time::Duration;
/// use resilience_policy::{Retry, Schedule};
///
/// const HTTP: Retry = Retry::new()
///     .max(2)
///     .backoff(Schedule::exponential(Duration::from_millis(50)));
/// assert_eq!(HTTP.retries(), 2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct Retry {
    pub(crate) count: Count,
    pub(crate) backoff: Schedule,
    /// Whether nothing was written: errors point at what was.
    pub(crate) backoff_is_default: bool,
    pub(crate) jitter: Jitter,
    pub(crate) after_max: Duration,
}

/// The number as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// Nothing was written.
    Default,
    Retries(u32),
    Attempts(u32),
}

impl Retry {
    /// Retries where no number is written.
    pub const MAX: u32 = 3;

    /// The default policy.
    pub const fn new() -> Self {
        Self {
            count: Count::Default,
            backoff: Schedule::exponential(Duration::from_millis(100)),
            backoff_is_default: true,
            jitter: Jitter::Full,
            after_max: Duration::from_secs(120),
        }
    }

    /// At most so many retries after the first attempt. 0 is legal: no retries.
    pub const fn max(self, retries: u32) -> Self {
        Self {
            count: Count::Retries(retries),
            ..self
        }
    }

    /// At most so many attempts in all, the first included.
    pub const fn attempts(self, attempts: u32) -> Self {
        Self {
            count: Count::Attempts(attempts),
            ..self
        }
    }

    /// The delays between attempts.
    pub const fn backoff(self, backoff: Schedule) -> Self {
        Self {
            backoff,
            backoff_is_default: false,
            ..self
        }
    }

    /// The spread of the delays.
    pub const fn jitter(self, jitter: Jitter) -> Self {
        Self { jitter, ..self }
    }

    /// A delay asked by the error that is longer than this ends the retrying.
    pub const fn after_max(self, after_max: Duration) -> Self {
        Self { after_max, ..self }
    }

    /// The number of retries after the first attempt.
    #[inline]
    #[must_use]
    pub const fn retries(&self) -> u32 {
        match self.count {
            Count::Default => Self::MAX,
            Count::Retries(retries) => retries,
            Count::Attempts(attempts) => attempts.saturating_sub(1),
        }
    }

    /// The schedule of delays.
    pub const fn schedule(&self) -> &Schedule {
        &self.backoff
    }

    /// The spread of the delays.
    #[must_use]
    pub const fn spread(&self) -> Jitter {
        self.jitter
    }

    /// The longest delay asked by an error that is waited for.
    #[must_use]
    pub const fn longest_after(&self) -> Duration {
        self.after_max
    }

    /// What all retries together wait at the least, if no error asks for more.
    #[must_use]
    pub const fn shortest_wait(&self) -> Duration {
        self.wait(false, Duration::ZERO)
    }

    /// What all retries together wait at the most. `asked` says whether the delay that an error
    /// asks for is read: each may be as long as `after_max`.
    #[must_use]
    pub const fn longest_wait(&self, asked: bool) -> Duration {
        let least = if asked {
            self.after_max
        } else {
            Duration::ZERO
        };
        self.wait(true, least)
    }

    /// What the n-th retry waits at the least, if no error asks for more.
    pub(crate) const fn shortest_delay(&self, retry: u32) -> Duration {
        self.jitter.shortest(&self.backoff, retry)
    }

    const fn wait(&self, longest: bool, least: Duration) -> Duration {
        let mut sum = Duration::ZERO;
        let mut retry = 1;
        while retry <= self.retries() {
            let delay = if longest {
                self.jitter.longest(&self.backoff, retry)
            } else {
                self.shortest_delay(retry)
            };
            let capped = delay.as_nanos() == self.backoff.cap.as_nanos();
            let delay = if delay.as_nanos() < least.as_nanos() {
                least
            } else {
                delay
            };
            // From here on every delay is the cap: no need to go through all four billion.
            if capped || retry >= 10_000 {
                let rest = self.retries() - retry + 1;
                return sum.saturating_add(delay.saturating_mul(rest));
            }
            sum = sum.saturating_add(delay);
            retry += 1;
        }
        sum
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_wait_counts_the_jitter() {
        let second = Duration::from_secs(1);
        let retry = Retry::new().backoff(Schedule::exponential(second));
        assert_eq!(retry.shortest_wait(), Duration::ZERO);
        assert_eq!(retry.jitter(Jitter::None).shortest_wait(), second * 7);
        assert_eq!(retry.jitter(Jitter::Equal).shortest_wait(), second * 7 / 2);
        let many = retry.jitter(Jitter::None).max(u32::MAX);
        assert!(many.shortest_wait() > second * 10 * (u32::MAX - 10));
    }

    #[test]
    fn the_longest_wait_counts_what_an_error_may_ask_for() {
        let second = Duration::from_secs(1);
        let retry = Retry::new().backoff(Schedule::exponential(second));
        assert_eq!(retry.longest_wait(false), second * 7);
        assert_eq!(retry.longest_wait(true), second * 360);
        assert_eq!(retry.after_max(second * 2).longest_wait(true), second * 8);
        let wide = retry.jitter(Jitter::Decorrelated);
        assert_eq!(wide.longest_wait(false), second * (3 + 9 + 10));
        assert_eq!(retry.max(u32::MAX).longest_wait(false), {
            let first = second * (1 + 2 + 4 + 8);
            first + second * 10 * (u32::MAX - 4)
        });
    }

    #[test]
    fn attempts_count_the_first() {
        assert_eq!(Retry::new().attempts(4), Retry::new().attempts(4));
        assert_eq!(Retry::new().attempts(4).retries(), 3);
        assert_eq!(Retry::new().attempts(0).retries(), 0);
    }
}
