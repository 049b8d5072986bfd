//! The last so many calls.

use std::collections::VecDeque;

use super::{Sample, Tally};

/// The last so many calls: the sequence numbers of the bad ones, the good ones lie between.
#[derive(Debug)]
pub(in crate::circuit) struct CallWindow {
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
    pub(super) fn new(size: u32) -> Self {
        Self {
            size,
            next: 0,
            start: 0,
            bad: VecDeque::new(),
            failures: 0,
            slow: 0,
        }
    }

    pub(super) fn tally(&self) -> Tally {
        let calls = u32::try_from(self.next - self.start).unwrap_or(u32::MAX);
        Tally {
            calls,
            failures: self.failures,
            slow: self.slow,
        }
    }

    pub(super) fn skip(&mut self, successes: u32) {
        self.next += u64::from(successes);
        self.trim(self.size);
    }

    pub(super) fn push(&mut self, sample: Sample) {
        if sample.is_bad() {
            self.bad.push_back((self.next, sample));
            self.failures += u32::from(sample.failed);
            self.slow += u32::from(sample.slow);
        }
        self.next += 1;
        self.trim(self.size);
    }

    pub(super) fn trim(&mut self, size: u32) {
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
