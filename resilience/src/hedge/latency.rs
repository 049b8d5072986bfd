//! How long successful calls take: a histogram of the most recent ones, and one percentile of it.

use std::{
    sync::{
        Mutex, PoisonError, TryLockError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use crate::time::nanos;

/// Steps between a power of two and the next: a step is at most 1/16 of its value.
const STEPS: u64 = 16;
const STEP_BITS: u32 = STEPS.trailing_zeros();
/// Powers of two of microseconds that are told apart above the first `STEPS`: up to 134 s.
const POWERS: u64 = 23;
#[expect(clippy::cast_possible_truncation, reason = "a few hundred")]
pub(super) const BUCKETS: usize = (STEPS * (POWERS + 1)) as usize;
/// Calls in one of the two generations of the window.
const GENERATION: u32 = 512;
/// Calls without which no percentile is said.
const WARM_UP: u32 = 20;
/// The percentile is looked up after every so many calls.
const EVERY: u32 = 8;

/// The latency of the successful calls of a site that had to wait, and the percentile it is asked
/// for. Constant memory (about 2 KB) and, spread over the calls, constant work.
///
/// It remembers the last 512 to 1024 calls in buckets of 1/16 of their value: what it says lies at
/// most so much above the truth; beyond 134 s it says 134 s. Before it has seen 20 calls, or as many as it takes until one of
/// them lies above the percentile (100 for `p99`), it says nothing.
#[derive(Debug)]
pub struct Latency {
    samples: Mutex<Samples>,
    /// The percentile in nanoseconds; 0 for none yet.
    known: AtomicU64,
    listed: AtomicBool,
}

#[derive(Debug)]
struct Samples {
    recent: Generation,
    before: Generation,
}

#[derive(Debug)]
struct Generation {
    counts: [u16; BUCKETS],
    total: u32,
}

impl Latency {
    /// Nothing is observed yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            samples: Mutex::new(Samples {
                recent: Generation::EMPTY,
                before: Generation::EMPTY,
            }),
            known: AtomicU64::new(0),
            listed: AtomicBool::new(false),
        }
    }

    /// The percentile, once enough calls were observed.
    pub(super) fn known(&self) -> Option<Duration> {
        match self.known.load(Relaxed) {
            0 => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }

    /// Notes how long a call took. Where another thread notes one, this one is left out: the
    /// percentile of most calls is as good, and nobody waits.
    pub(super) fn note(&'static self, took: Duration, percent: u32) {
        if !self.listed.load(Relaxed) && !self.listed.swap(true, Relaxed) {
            all().push(self);
        }
        let mut samples = match self.samples.try_lock() {
            Ok(samples) => samples,
            Err(TryLockError::Poisoned(samples)) => samples.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        samples.note(took);
        let total = samples.total();
        let enough = warm_up(percent);
        if total >= enough && (total.is_multiple_of(EVERY) || self.known.load(Relaxed) == 0) {
            self.known
                .store(nanos(samples.percentile(percent)).max(1), Relaxed);
        }
    }

    #[cfg(feature = "testing")]
    fn reset(&self) {
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        samples.recent = Generation::EMPTY;
        samples.before = Generation::EMPTY;
        self.known.store(0, Relaxed);
    }
}

impl Default for Latency {
    fn default() -> Self {
        Self::new()
    }
}

/// How many calls it takes until one of them is expected above the percentile.
fn warm_up(percent: u32) -> u32 {
    let above = 100_u32.saturating_sub(percent).max(1);
    100_u32.div_ceil(above).max(WARM_UP)
}

impl Samples {
    fn note(&mut self, took: Duration) {
        if self.recent.total >= GENERATION {
            self.before = std::mem::replace(&mut self.recent, Generation::EMPTY);
        }
        self.recent.note(took);
    }

    fn total(&self) -> u32 {
        self.recent.total.saturating_add(self.before.total)
    }

    /// What `percent` of the calls take at most, rounded up to the end of a bucket.
    fn percentile(&self, percent: u32) -> Duration {
        let rank = u64::from(self.total())
            .saturating_mul(u64::from(percent))
            .div_ceil(100);
        let mut seen = 0_u64;
        let counts = self.recent.counts.iter().zip(&self.before.counts);
        let reaches = |(recent, before): (&u16, &u16)| {
            seen = seen.saturating_add(u64::from(*recent) + u64::from(*before));
            seen >= rank
        };
        let bucket = counts.map(reaches).position(|reached| reached);
        end_of(bucket.unwrap_or(BUCKETS - 1))
    }
}

impl Generation {
    const EMPTY: Self = Self {
        counts: [0; BUCKETS],
        total: 0,
    };

    fn note(&mut self, took: Duration) {
        if let Some(count) = self.counts.get_mut(bucket_of(took)) {
            *count = count.saturating_add(1);
            self.total = self.total.saturating_add(1);
        }
    }
}

/// The bucket of a latency: the first ones hold a microsecond each, the next ones `STEPS` for each
/// power of two. A latency at the end of a bucket belongs to it.
pub(super) fn bucket_of(took: Duration) -> usize {
    let micros = u64::try_from(took.as_nanos().div_ceil(1000)).unwrap_or(u64::MAX);
    let place = micros.saturating_sub(1);
    let bucket = if place < STEPS {
        place
    } else {
        let power = u64::from(place.ilog2().saturating_sub(STEP_BITS));
        // The first bit is the power; the ones behind it are the step.
        let step = (place >> power).saturating_sub(STEPS);
        (power + 1).saturating_mul(STEPS).saturating_add(step)
    };
    usize::try_from(bucket).map_or(BUCKETS - 1, |bucket| bucket.min(BUCKETS - 1))
}

/// The longest latency in a bucket.
pub(super) fn end_of(bucket: usize) -> Duration {
    let bucket = u64::try_from(bucket).unwrap_or(u64::MAX);
    let (power, step) = (bucket / STEPS, bucket % STEPS);
    Duration::from_micros(match power {
        0 => step + 1,
        power => (STEPS + step + 1) << (power - 1),
    })
}

/// Latencies that have been noted. As many as the program has sites.
fn all() -> std::sync::MutexGuard<'static, Vec<&'static Latency>> {
    static ALL: Mutex<Vec<&'static Latency>> = Mutex::new(Vec::new());
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Forgets everything that was observed.
#[cfg(feature = "testing")]
pub(crate) fn reset_all() {
    for latency in all().iter() {
        latency.reset();
    }
}
