//! The places of a half-open circuit.

use std::num::NonZeroU16;

/// The calls that probe a half-open circuit, and what they found so far.
///
/// Each holds its place on lease: a call that never settles (hung, or its future leaked) must not
/// keep the circuit half-open for ever. When a lease ends, one other call may take the place.
#[derive(Debug)]
pub(super) struct Probes {
    leases: Vec<Lease>,
    last: u16,
    successes: u32,
}

#[derive(Debug)]
struct Lease {
    id: NonZeroU16,
    until: u64,
}

impl Probes {
    pub(super) const fn none() -> Self {
        Self {
            leases: Vec::new(),
            last: 0,
            successes: 0,
        }
    }

    /// A place, if one is free or one has been held too long.
    pub(super) fn take(&mut self, places: u32, now: u64, lease: u64) -> Option<NonZeroU16> {
        let places = usize::try_from(places).unwrap_or(usize::MAX);
        let until = now.saturating_add(lease);
        let id = NonZeroU16::new(self.last.wrapping_add(1)).unwrap_or(NonZeroU16::MIN);
        if self.leases.len() < places {
            self.leases.push(Lease { id, until });
        } else {
            let overdue = self.leases.iter_mut().find(|lease| lease.until <= now)?;
            *overdue = Lease { id, until };
        }
        self.last = id.get();
        Some(id)
    }

    /// Gives a place back. False if another call has it by now.
    pub(super) fn give_back(&mut self, id: NonZeroU16) -> bool {
        let Some(index) = self.leases.iter().position(|lease| lease.id == id) else {
            return false;
        };
        self.leases.swap_remove(index);
        true
    }

    /// Counts a success; true if that is enough to close.
    pub(super) fn succeeded(&mut self, needed: u32) -> bool {
        self.successes += 1;
        self.successes >= needed
    }
}
