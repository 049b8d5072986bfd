//! Who waits for whom in a `strict` saga.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The place of a compensation in the order of enlisting: the places of the sagas it is nested
/// in, then its own number. Newer is greater.
pub(super) type Path = Vec<u64>;

/// The parked compensations of one strict saga. Each holds up all that are older.
#[derive(Debug, Default)]
pub(super) struct Line(Mutex<BTreeMap<Path, &'static str>>);

impl Line {
    pub(super) fn join(&self, path: Path, step: &'static str) {
        self.lock().insert(path, step);
    }

    pub(super) fn leave(&self, path: &Path) {
        self.lock().remove(path);
    }

    /// The newest parked step, if it is newer than `path`.
    pub(super) fn before(&self, path: &Path) -> Option<&'static str> {
        self.lock()
            .last_key_value()
            .filter(|(newest, _)| *newest > path)
            .map(|(_, step)| *step)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Path, &'static str>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
