//! The successes of a closed circuit, counted without a lock until a failure asks for them.

use std::{
    cell::Cell,
    sync::atomic::{
        AtomicU64, AtomicUsize,
        Ordering::{AcqRel, Acquire, Relaxed, Release},
    },
};

/// Low bits of a stripe: the successes since the last look.
const COUNT_BITS: u32 = 24;
const COUNT: u64 = (1 << COUNT_BITS) - 1;

/// What a stripe is open for. A success that carries another tag is not counted here but goes
/// through the lock, where everything is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag(u64);

impl Tag {
    /// Nothing may be counted aside now.
    pub(super) const SHUT: Self = Self(0);

    /// For the calls admitted by one closed state, in a window over calls.
    #[inline]
    pub(super) fn calls(generation: u32) -> Self {
        Self(1 << 39 | u64::from(generation) & 0xffff_ffff)
    }

    /// The same for one bucket of a window over time.
    #[inline]
    pub(super) fn bucket(generation: u32, bucket: u64) -> Self {
        Self(1 << 38 | u64::from(generation & 0x3f) << 32 | bucket & 0xffff_ffff)
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
    /// So many counters (a power of two), all shut.
    pub(super) fn new(count: usize) -> Self {
        let counts = (0..count.next_power_of_two())
            .map(|_| Stripe::default())
            .collect();
        Self {
            counts,
            tag: AtomicU64::new(0),
            origin: AtomicU64::new(0),
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
        let Some(Stripe(stripe)) = self
            .counts
            .get(thread_number() & self.counts.len().wrapping_sub(1))
        else {
            return false;
        };
        let mut seen = stripe.load(Acquire);
        while seen >> COUNT_BITS == tag.0 && seen & COUNT != COUNT {
            match stripe.compare_exchange_weak(seen, seen + 1, AcqRel, Acquire) {
                Ok(_) => return true,
                Err(newer) => seen = newer,
            }
        }
        false
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
            if stripe.load(Relaxed) != tag.0 << COUNT_BITS {
                let counted = stripe.swap(tag.0 << COUNT_BITS, AcqRel) & COUNT;
                taken = taken.saturating_add(u32::try_from(counted).unwrap_or(u32::MAX));
            }
        }
        taken
    }
}

/// A small number per thread. Const-initialised and without a destructor: one plain load.
#[inline]
fn thread_number() -> usize {
    thread_local! {
        static NUMBER: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    NUMBER.with(|number| match number.get() {
        usize::MAX => assign(number),
        known => known,
    })
}

#[cold]
#[inline(never)]
fn assign(number: &Cell<usize>) -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    number.set(NEXT.fetch_add(1, Release) % 1024);
    number.get()
}

#[cfg(test)]
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
        stripes.counts[0].0.fetch_add(COUNT - 1, Relaxed);
        assert!(stripes.count(Tag::calls(1)));
        assert!(!stripes.count(Tag::calls(1)));
        assert_eq!(u64::from(stripes.drain()), COUNT);
    }
}
