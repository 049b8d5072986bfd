//! A clock that a model sets.

use std::cell::Cell;

pub(crate) type Instant = u64;

thread_local! {
    // All threads of a model run on one real thread.
    static NOW: Cell<Instant> = const { Cell::new(1) };
}

pub(crate) fn now() -> Instant {
    NOW.get()
}

pub(crate) fn stamp(at: Instant) -> u64 {
    at
}

pub(crate) fn set(now: Instant) {
    NOW.set(now);
}
