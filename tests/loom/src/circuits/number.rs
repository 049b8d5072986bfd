//! The numbers of threads, as a model deals them out: loom's threads are all one real thread.

use std::cell::Cell;

/// No thread is without a number.
pub(super) const NONE: usize = usize::MAX;
pub(super) static NUMBER: Number = Number;

pub(super) struct Number;

loom::thread_local! {
    static OWN: Cell<usize> = Cell::new(0);
}

impl Number {
    #[expect(clippy::unused_self, reason = "as a cell of a thread")]
    pub(super) fn get(&self) -> usize {
        OWN.with(Cell::get)
    }

    #[expect(clippy::unused_self, reason = "as a cell of a thread")]
    pub(super) fn set(&self, number: usize) {
        OWN.with(|own| own.set(number));
    }
}

pub(super) fn next_number() -> usize {
    unreachable!("no thread is without a number")
}
