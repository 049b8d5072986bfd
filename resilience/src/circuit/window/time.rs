//! The calls of the last so long.

use super::Tally;

/// The buckets of a window over time.
const BUCKETS: usize = 10;

/// The calls of the last so long, in a fixed ring of buckets.
///
/// An outcome counts for at least nine tenths of the window, and never longer than the window.
/// The buckets are laid out from the first outcome on, so that a burst into an empty window
/// counts for the whole of it.
#[derive(Debug)]
pub(in crate::circuit) struct TimeWindow {
    pub(in crate::circuit) origin: u64,
    pub(super) width: u64,
    /// The number of the newest bucket, counted from the origin.
    pub(in crate::circuit) current: u64,
    buckets: [Tally; BUCKETS],
    pub(super) sum: Tally,
}

impl TimeWindow {
    /// The length of one bucket of a window of so many nanoseconds.
    #[inline]
    pub(in crate::circuit) const fn width(window: u64) -> u64 {
        let width = window / BUCKETS as u64;
        if width == 0 { 1 } else { width }
    }

    /// The number of the bucket of an instant.
    #[inline]
    pub(in crate::circuit) const fn bucket(origin: u64, width: u64, now: u64) -> u64 {
        now.saturating_sub(origin) / width
    }

    pub(super) fn new(width: u64, origin: u64) -> Self {
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
    pub(super) fn advance(&mut self, now: u64) {
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

    pub(super) fn add(&mut self, tally: Tally) {
        slot(&mut self.buckets, self.current).add(tally);
        self.sum.add(tally);
    }

    /// The same outcomes in buckets of another width, each where its old bucket began.
    pub(super) fn rescaled(&mut self, width: u64) -> Self {
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
