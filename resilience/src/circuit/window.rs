//! What a circuit remembers of its calls: a window that slides, over calls or over time.
//!
//! Both kinds take successes in bulk, because the successes of a closed circuit are counted aside
//! and arrive together with the next failure.

use std::collections::VecDeque;

use resilience_policy::Window;

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

/// The last so many calls: the sequence numbers of the bad ones, the good ones lie between.
#[derive(Debug)]
pub(super) struct CallWindow {
    size: u32,
    /// The sequence number of the next call.
    next: u64,
    /// The sequence number of the oldest call inside.
    start: u64,
    bad: VecDeque<(u64, Sample)>,
    failures: u32,
    slow: u32,
}

impl CallWindow {
    fn new(size: u32) -> Self {
        Self {
            size,
            next: 0,
            start: 0,
            bad: VecDeque::new(),
            failures: 0,
            slow: 0,
        }
    }

    fn tally(&self) -> Tally {
        let calls = u32::try_from(self.next - self.start).unwrap_or(u32::MAX);
        Tally {
            calls,
            failures: self.failures,
            slow: self.slow,
        }
    }

    fn skip(&mut self, successes: u32) {
        self.next += u64::from(successes);
        self.trim(self.size);
    }

    fn push(&mut self, sample: Sample) {
        if sample.is_bad() {
            self.bad.push_back((self.next, sample));
            self.failures += u32::from(sample.failed);
            self.slow += u32::from(sample.slow);
        }
        self.next += 1;
        self.trim(self.size);
    }

    fn trim(&mut self, size: u32) {
        self.size = size;
        self.start = self.start.max(self.next.saturating_sub(u64::from(size)));
        while let Some(&(number, sample)) = self.bad.front()
            && number < self.start
        {
            self.bad.pop_front();
            self.failures -= u32::from(sample.failed);
            self.slow -= u32::from(sample.slow);
        }
    }
}

/// The buckets of a window over time.
const BUCKETS: usize = 10;

/// The calls of the last so long, in a fixed ring of buckets.
///
/// An outcome counts for at least nine tenths of the window, and never longer than the window.
/// The buckets are laid out from the first outcome on, so that a burst into an empty window
/// counts for the whole of it.
#[derive(Debug)]
pub(super) struct TimeWindow {
    pub(super) origin: u64,
    pub(super) width: u64,
    /// The number of the newest bucket, counted from the origin.
    pub(super) current: u64,
    buckets: [Tally; BUCKETS],
    sum: Tally,
}

impl TimeWindow {
    /// The length of one bucket of a window of so many nanoseconds.
    #[inline]
    pub(super) const fn width(window: u64) -> u64 {
        let width = window / BUCKETS as u64;
        if width == 0 { 1 } else { width }
    }

    /// The number of the bucket of an instant.
    #[inline]
    pub(super) const fn bucket(origin: u64, width: u64, now: u64) -> u64 {
        now.saturating_sub(origin) / width
    }

    fn new(width: u64, origin: u64) -> Self {
        let buckets = [Tally::EMPTY; BUCKETS];
        Self {
            origin,
            width,
            current: 0,
            buckets,
            sum: Tally::EMPTY,
        }
    }

    fn number(&self, now: u64) -> u64 {
        Self::bucket(self.origin, self.width, now)
    }

    /// A clock that lies behind the newest bucket (another thread was faster) changes nothing.
    fn advance(&mut self, now: u64) {
        let number = self.number(now);
        let passed = number.saturating_sub(self.current).min(BUCKETS as u64);
        for step in 1..=passed {
            let old = std::mem::take(slot(&mut self.buckets, self.current + step));
            self.sum.remove(old);
        }
        self.current = self.current.max(number);
        if self.sum.calls == 0 {
            *self = Self::new(self.width, now.max(self.origin));
        }
    }

    fn add(&mut self, tally: Tally) {
        slot(&mut self.buckets, self.current).add(tally);
        self.sum.add(tally);
    }

    /// The same outcomes in buckets of another width, each where its old bucket began.
    fn rescaled(&mut self, width: u64) -> Self {
        let oldest = self.current.saturating_sub(BUCKETS as u64 - 1);
        let mut scaled = Self::new(width, self.origin.saturating_add(oldest * self.width));
        for number in oldest..=self.current {
            let tally = *slot(&mut self.buckets, number);
            if tally.calls > 0 {
                scaled.advance(
                    self.origin
                        .saturating_add(number.saturating_mul(self.width)),
                );
                scaled.add(tally);
            }
        }
        scaled
    }
}

fn slot(buckets: &mut [Tally; BUCKETS], number: u64) -> &mut Tally {
    let [first, rest @ ..] = buckets;
    match usize::try_from(number % BUCKETS as u64) {
        Ok(index @ 1..) => rest.get_mut(index - 1).unwrap_or(first),
        _ => first,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: u64 = 1_000_000_000;
    const BAD: Sample = Sample::FAILURE;

    fn timed(seconds: u64, now: u64) -> Sliding {
        let mut window = Sliding::Unused;
        window.fit(Window::Time(Duration::from_secs(seconds)), now);
        window
    }

    #[test]
    fn a_count_window_slides_call_by_call() {
        let mut window = Sliding::Unused;
        window.fit(Window::Calls(4), 0);
        for sample in [BAD, BAD, Sample::SUCCESS, BAD, Sample::SUCCESS] {
            window.push(sample);
        }
        assert_eq!(
            window.tally(),
            Tally {
                calls: 4,
                failures: 2,
                slow: 0
            }
        );
        window.absorb(3);
        assert_eq!(
            window.tally(),
            Tally {
                calls: 4,
                failures: 0,
                slow: 0
            }
        );
    }

    #[test]
    fn a_shorter_window_keeps_the_newest_calls_and_a_longer_one_all() {
        let mut window = Sliding::Unused;
        window.fit(Window::Calls(10), 0);
        window.push(BAD);
        window.absorb(4);
        window.push(BAD);
        window.fit(Window::Calls(2), 0);
        assert_eq!(
            window.tally(),
            Tally {
                calls: 2,
                failures: 1,
                slow: 0
            }
        );
        window.fit(Window::Calls(10), 0);
        window.push(BAD);
        assert_eq!(
            window.tally(),
            Tally {
                calls: 3,
                failures: 2,
                slow: 0
            }
        );
    }

    #[test]
    fn a_bucket_expires_at_exactly_the_length_of_the_window() {
        let at = |now: u64| {
            let mut window = timed(10, 5 * SECOND);
            window.push(BAD);
            window.fit(Window::Time(Duration::from_secs(10)), 5 * SECOND + now);
            window.tally().calls
        };
        assert_eq!(at(10 * SECOND - 1), 1);
        assert_eq!(at(10 * SECOND), 0);
        assert_eq!(at(1_000_000 * SECOND), 0);
    }

    #[test]
    fn an_outcome_counts_for_nine_tenths_of_the_window_wherever_it_falls() {
        for offset in 0..100 {
            let mut window = timed(10, 0);
            window.push(Sample::SUCCESS);
            let fell = offset * SECOND / 10;
            window.fit(Window::Time(Duration::from_secs(10)), fell);
            window.push(BAD);
            window.advance(fell + 9 * SECOND);
            assert_eq!(window.tally().failures, 1, "offset {offset}");
            window.advance(fell + 10 * SECOND);
            assert_eq!(window.tally().failures, 0, "offset {offset}");
        }
    }

    #[test]
    fn a_thousand_windows_with_one_failure_each_never_hold_two() {
        let mut window = timed(10, 0);
        for round in 0..1_000 {
            window.advance(round * 11 * SECOND);
            window.push(BAD);
            assert_eq!(window.tally().failures, 1);
        }
    }

    #[test]
    fn a_rescaled_window_keeps_what_lies_in_both() {
        for (seconds, kept) in [(5, 1), (9, 1), (20, 2), (100, 2)] {
            let mut window = timed(10, 0);
            window.push(BAD);
            window.advance(9 * SECOND);
            window.push(BAD);
            window.fit(Window::Time(Duration::from_secs(seconds)), 9 * SECOND);
            assert_eq!(window.tally().failures, kept, "{seconds} s");
        }
    }

    #[test]
    fn a_clock_that_is_behind_changes_nothing() {
        let mut window = timed(10, 50 * SECOND);
        window.push(BAD);
        window.advance(20 * SECOND);
        assert_eq!(window.tally().failures, 1);
    }
}
