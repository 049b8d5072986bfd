//! Keeps what is reported, in its order.

use std::cell::RefCell;

use super::machine::Change;

thread_local! {
    static CHANGES: RefCell<Vec<Change>> = const { RefCell::new(Vec::new()) };
}

pub(super) fn report(_: &'static str, change: Change) {
    CHANGES.with_borrow_mut(|changes| changes.push(change));
}

pub(super) fn rejected(_: &'static str, _: &'static str) {}

/// What has been reported since this was last asked.
pub(super) fn changes() -> Vec<Change> {
    CHANGES.take()
}
