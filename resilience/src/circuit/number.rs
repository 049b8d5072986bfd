//! A small number for each thread, which says where it counts.

use std::{
    cell::Cell,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use super::stripes::STRIPES_MAX;

/// The number of a thread that has none.
pub(super) const NONE: usize = usize::MAX;

thread_local! {
    /// A small number per thread. Const-initialised and without a destructor: one plain load.
    pub(super) static NUMBER: Cell<usize> = const { Cell::new(NONE) };
}

pub(super) fn next_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Relaxed) % STRIPES_MAX
}
