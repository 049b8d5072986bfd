//! The successes of a closed circuit, counted without a lock until a failure asks for them.

use super::number::{NONE, NUMBER, next_number};
use crate::sync::{
    AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed},
};

/// Stripes that a circuit has at most.
pub(super) const STRIPES_MAX: usize = 8;

/// Low bits of a stripe: the successes since the last look.
pub(super) const COUNT_BITS: u32 = 24;
const COUNT: u64 = (1 << COUNT_BITS) - 1;
/// So many successes fit.
const FULL: u64 = COUNT - Tag::OPEN;

/// What a stripe is open for, and its value while nothing is counted. A success that carries
/// another tag is not counted here but goes through the lock, where everything is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag(u64);

impl Tag {
    /// Nothing may be counted aside now.
    pub(super) const SHUT: Self = Self(0);

    /// Where counting begins in an open stripe: no open stripe is 0.
    pub(super) const OPEN: u64 = 1 << 4;

    /// For the calls admitted by one closed state, in a window over calls.
    #[inline]
    pub(super) fn calls(generation: u32) -> Self {
        Self(u64::from(generation) << COUNT_BITS | Self::OPEN)
    }

    /// The same from the word of a closed circuit, which looks exactly like it.
    #[inline]
    pub(super) fn of_word(word: u64) -> Self {
        Self(word)
    }

    /// The same for one bucket of a window over time.
    #[inline]
    pub(super) fn bucket(generation: u32, bucket: u64) -> Self {
        let tag = 1 << 38 | u64::from(generation & 0x3f) << 32 | bucket & 0xffff_ffff;
        Self(tag << COUNT_BITS | Self::OPEN)
    }
}

/// Written by every success, so it has a cache line (and its neighbour) for itself.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Stripe(AtomicU64);

/// One counter per few threads.
#[derive(Debug)]
pub(super) struct Stripes {
    counts: Box<[Stripe]>,
    /// What the stripes are open for. Written under the lock of the circuit only.
    tag: AtomicU64,
    /// Where the buckets of a window over time begin.
    origin: AtomicU64,
}

impl Stripes {
    /// So many counters, rounded up to a power of two of at most eight, all shut.
    pub(super) fn new(count: usize) -> Self {
        let count = count.clamp(1, STRIPES_MAX).next_power_of_two();
        let counts = (0..count).map(|_| Stripe::default()).collect();
        Self {
            counts,
            tag: AtomicU64::default(),
            origin: AtomicU64::default(),
        }
    }

    pub(super) fn tag(&self) -> Tag {
        Tag(self.tag.load(Relaxed))
    }

    #[inline]
    pub(super) fn origin(&self) -> u64 {
        self.origin.load(Relaxed)
    }

    /// Counts a success. False if the stripes are not open for it, or full.
    #[inline]
    pub(super) fn count(&self, tag: Tag) -> bool {
        match self.counts.get(NUMBER.get()) {
            Some(Stripe(stripe)) => count(stripe, tag),
            None => self.count_elsewhere(tag),
        }
    }

    /// A thread that has no number yet, or has one beyond the stripes, as most threads have where
    /// there is one stripe for all.
    #[inline(never)]
    fn count_elsewhere(&self, tag: Tag) -> bool {
        if NUMBER.get() == NONE {
            NUMBER.set(next_number());
        }
        // As many as a power of two says.
        let mask = self.counts.len() - 1;
        let stripe = self.counts.get(NUMBER.get() & mask);
        stripe.is_some_and(|Stripe(stripe)| count(stripe, tag))
    }

    /// Takes what was counted and leaves the stripes open. Under the lock of the circuit.
    pub(super) fn drain(&self) -> u32 {
        self.open_for(self.tag())
    }

    /// Takes what was counted and opens the stripes for something else, or shuts them. Under the
    /// lock of the circuit.
    pub(super) fn retag(&self, tag: Tag, origin: u64) -> u32 {
        self.origin.store(origin, Relaxed);
        self.tag.store(tag.0, Relaxed);
        self.open_for(tag)
    }

    fn open_for(&self, tag: Tag) -> u32 {
        let mut taken = 0_u32;
        for Stripe(stripe) in &self.counts {
            // Mostly there is nothing to take: a look is cheaper than a swap.
            if stripe.load(Relaxed) != tag.0 {
                let counted = (stripe.swap(tag.0, AcqRel) & COUNT).saturating_sub(Tag::OPEN);
                taken = taken.saturating_add(u32::try_from(counted).unwrap_or(u32::MAX));
            }
        }
        taken
    }
}

#[inline]
fn count(stripe: &AtomicU64, tag: Tag) -> bool {
    let mut seen = stripe.load(Acquire);
    while seen.wrapping_sub(tag.0) < FULL {
        match stripe.compare_exchange_weak(seen, seen + 1, AcqRel, Acquire) {
            Ok(_) => return true,
            Err(newer) => seen = newer,
        }
    }
    false
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests {
    use super::*;

    #[test]
    fn only_the_open_tag_is_counted() {
        let stripes = Stripes::new(4);
        assert!(!stripes.count(Tag::calls(0)));
        stripes.retag(Tag::calls(7), 0);
        assert!(stripes.count(Tag::calls(7)));
        assert!(stripes.count(Tag::calls(7)));
        assert!(!stripes.count(Tag::calls(6)));
        assert!(!stripes.count(Tag::bucket(7, 7)));
        assert_eq!(stripes.drain(), 2);
        assert!(stripes.count(Tag::calls(7)));
        assert_eq!(stripes.retag(Tag::SHUT, 0), 1);
        assert!(!stripes.count(Tag::calls(7)));
    }

    #[test]
    fn a_full_stripe_sends_the_success_through_the_lock() {
        let stripes = Stripes::new(1);
        stripes.retag(Tag::calls(1), 0);
        stripes.counts[0].0.fetch_add(FULL - 1, Relaxed);
        assert!(stripes.count(Tag::calls(1)));
        assert!(!stripes.count(Tag::calls(1)));
        assert_eq!(u64::from(stripes.drain()), FULL);
    }
}
