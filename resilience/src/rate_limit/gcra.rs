//! The generic cell rate algorithm: one number says when the next call is due.

use crate::sync::{AtomicU64, Ordering::Relaxed};

/// 146 years: no time in here is longer, so that no sum of them overflows.
const LONGEST: u64 = 1 << 62;

/// How fast a limit fills up again and how much it holds, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// From one call to the next, rounded up: never faster than asked.
    interval: u64,
    /// How far the calls may run ahead: one interval for each call of a burst.
    tolerance: u64,
}

impl Pace {
    /// Admits nothing.
    pub(crate) const NONE: Self = Self {
        interval: LONGEST,
        tolerance: 0,
    };

    /// So many calls in so many nanoseconds, and so many at once.
    #[inline]
    pub(crate) const fn new(count: u32, period: u64, burst: u32) -> Self {
        if count == 0 {
            return Self::NONE;
        }
        // Widening, in a `const fn`.
        let (count, burst) = (count as u64, burst as u64);
        Self::of(period.div_ceil(count), burst)
    }

    #[inline]
    const fn of(interval: u64, burst: u64) -> Self {
        let interval = if interval > LONGEST {
            LONGEST
        } else {
            interval
        };
        let tolerance = interval.saturating_mul(burst);
        Self {
            interval,
            tolerance: if tolerance > LONGEST {
                LONGEST
            } else {
                tolerance
            },
        }
    }
}

/// What came of asking for a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It comes in so long; now, if that is 0.
    Taken { wait: u64, reservation: Reservation },
    /// It would come in so long, which is too late. Nothing is taken.
    Refused { wait: u64 },
}

/// A turn that can be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reservation {
    /// When the limit is full again if nobody else comes.
    full: u64,
    interval: u64,
}

/// The state of a limit: when it will be full again.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    pub(super) full: AtomicU64,
}

impl Cell {
    /// Asks for a turn that comes within `patience`.
    ///
    /// One number and no lock: each turn is the one after the last that was taken, so first come is
    /// first served.
    #[inline]
    pub(crate) fn take(&self, pace: Pace, now: u64, patience: u64) -> Turn {
        let Pace {
            interval,
            tolerance,
        } = pace;
        let patience = patience.min(LONGEST);
        let mut full = self.full.load(Relaxed);
        loop {
            let next = full.max(now).saturating_add(interval);
            let wait = next.saturating_sub(now.saturating_add(tolerance));
            if wait > patience {
                return Turn::Refused { wait };
            }
            let swapped = self
                .full
                .compare_exchange_weak(full, next, Relaxed, Relaxed);
            match swapped {
                Ok(_) => {
                    let reservation = Reservation {
                        full: next,
                        interval,
                    };
                    return Turn::Taken { wait, reservation };
                }
                Err(seen) => full = seen,
            }
        }
    }

    /// Gives a turn back that has not come yet, if nobody stands behind it: those who do have been
    /// told when their own comes.
    pub(crate) fn give_back(&self, reservation: Reservation) -> bool {
        let Reservation { full, interval } = reservation;
        self.full
            .compare_exchange(full, full.saturating_sub(interval), Relaxed, Relaxed)
            .is_ok()
    }

    /// How many calls would be admitted at once.
    pub(crate) fn available(&self, pace: Pace, now: u64) -> u32 {
        let ahead = self.full.load(Relaxed).saturating_sub(now);
        let left = pace.tolerance.saturating_sub(ahead);
        let calls = left.checked_div(pace.interval).unwrap_or(0);
        u32::try_from(calls).unwrap_or(u32::MAX)
    }

    /// Whether it holds as much as one that was never used.
    pub(crate) fn is_full(&self, now: u64) -> bool {
        self.full.load(Relaxed) <= now
    }

    /// Fills it.
    pub(crate) fn fill(&self) {
        self.full.store(0, Relaxed);
    }
}
