//! What a circuit remembers of its calls: a window that slides, over calls or over time.
//!
//! Both kinds take successes in bulk, because the successes of a closed circuit are counted aside
//! and arrive together with the next failure.

mod calls;
mod time;

use resilience_policy::Window;

pub(super) use self::{calls::CallWindow, time::TimeWindow};
use crate::time::nanos;

/// How one call ended, as the window sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sample {
    pub(crate) failed: bool,
    pub(crate) slow: bool,
}

impl Sample {
    pub(crate) const SUCCESS: Self = Self {
        failed: false,
        slow: false,
    };
    pub(crate) const FAILURE: Self = Self {
        failed: true,
        slow: false,
    };

    pub(crate) const fn is_bad(self) -> bool {
        self.failed || self.slow
    }
}

/// What lies in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    pub(super) calls: u32,
    pub(super) failures: u32,
    pub(super) slow: u32,
}

impl Tally {
    const EMPTY: Self = Self {
        calls: 0,
        failures: 0,
        slow: 0,
    };

    fn add(&mut self, other: Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.failures = self.failures.saturating_add(other.failures);
        self.slow = self.slow.saturating_add(other.slow);
    }

    fn remove(&mut self, other: Self) {
        self.calls = self.calls.saturating_sub(other.calls);
        self.failures = self.failures.saturating_sub(other.failures);
        self.slow = self.slow.saturating_sub(other.slow);
    }
}

impl From<Sample> for Tally {
    fn from(sample: Sample) -> Self {
        Self {
            calls: 1,
            failures: sample.failed.into(),
            slow: sample.slow.into(),
        }
    }
}

/// The window of a circuit; none before a rate is first asked for.
#[derive(Debug)]
pub(super) enum Sliding {
    Unused,
    Calls(CallWindow),
    Time(Box<TimeWindow>),
}

impl Sliding {
    /// Makes it the window that the policy asks for, of the age `now`. Keeps what it can: a
    /// window of another length keeps the outcomes that lie in both, one of another kind starts
    /// empty.
    pub(super) fn fit(&mut self, window: Window, now: u64) {
        match (window, &mut *self) {
            (Window::Calls(calls), Self::Calls(ring)) => ring.trim(calls.max(1)),
            (Window::Calls(calls), _) => *self = Self::Calls(CallWindow::new(calls.max(1))),
            (Window::Time(time), Self::Time(ring)) => {
                let width = TimeWindow::width(nanos(time));
                if ring.width != width {
                    **ring = ring.rescaled(width);
                }
                ring.advance(now);
            }
            (Window::Time(time), _) => {
                let width = TimeWindow::width(nanos(time));
                *self = Self::Time(Box::new(TimeWindow::new(width, now)));
            }
            // Windows of a kind this version does not know: none can be built.
            _ => {}
        }
    }

    /// Adds successes that ended before everything that is pushed after.
    pub(super) fn absorb(&mut self, successes: u32) {
        match self {
            Self::Unused => {}
            Self::Calls(ring) => ring.skip(successes),
            Self::Time(ring) => ring.add(Tally {
                calls: successes,
                ..Tally::EMPTY
            }),
        }
    }

    pub(super) fn push(&mut self, sample: Sample) {
        match self {
            Self::Unused => {}
            Self::Calls(ring) => ring.push(sample),
            Self::Time(ring) => ring.add(sample.into()),
        }
    }

    pub(super) fn tally(&self) -> Tally {
        match self {
            Self::Unused => Tally::EMPTY,
            Self::Calls(ring) => ring.tally(),
            Self::Time(ring) => ring.sum,
        }
    }

    /// Lets old buckets go.
    pub(super) fn advance(&mut self, now: u64) {
        if let Self::Time(ring) = self {
            ring.advance(now);
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self::Unused;
    }
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests;
