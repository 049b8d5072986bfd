//! All bulkheads that have been used.

use std::sync::Arc;

use super::{Bulkhead, BulkheadState};
use crate::{
    keyed::{Keyed, Keys},
    listed::Listed,
};

pub(super) static LISTED: Listed<Bulkhead, Keys<BulkheadState>> = Listed::new();

/// One bulkhead of the process, for operators: an admin page, a health check, a test.
///
/// Holding the handle of a key keeps the key from being forgotten.
#[derive(Debug, Clone)]
pub struct BulkheadHandle(Inner);

#[derive(Debug, Clone)]
enum Inner {
    Plain(&'static Bulkhead),
    Keyed(&'static Keys<BulkheadState>, Arc<Keyed<BulkheadState>>),
}

/// All bulkheads that have been used so far: those of single functions, shared ones, and the live
/// keys of keyed ones.
///
/// At most 16 384 bulkheads without a key are listed, and at most `keys_max` keys for each of the
/// others.
///
/// ```
/// for bulkhead in resilience::bulkheads() {
///     println!("{} {:?}: {} run", bulkhead.name(), bulkhead.key(), bulkhead.running());
/// }
/// ```
#[must_use]
pub fn bulkheads() -> Vec<BulkheadHandle> {
    let (plain, keyed) = LISTED.all();
    let plain = plain.into_iter().map(Inner::Plain);
    let keyed = keyed.into_iter().flat_map(|keys| {
        keys.live()
            .into_iter()
            .map(move |key| Inner::Keyed(keys, key))
    });
    plain.chain(keyed).map(BulkheadHandle).collect()
}

impl BulkheadHandle {
    /// The name of the bulkhead.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.state().name()
    }

    /// The key, as `Debug` shows it (its first 64 characters). `None` for one without keys.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        match &self.0 {
            Inner::Plain(_) => None,
            Inner::Keyed(_, entry) => Some(entry.text().to_owned()),
        }
    }

    /// How many slots are free. `None` where each call brings its own size.
    #[must_use]
    pub fn available(&self) -> Option<u32> {
        match &self.0 {
            Inner::Plain(bulkhead) => bulkhead.available(),
            Inner::Keyed(keys, entry) => entry.value().available(keys.policy()),
        }
    }

    /// How many calls run.
    #[must_use]
    pub fn running(&self) -> u32 {
        self.state().running()
    }

    /// How many calls wait for a slot.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        self.state().waiting()
    }

    /// How many calls were admitted.
    #[must_use]
    pub fn admitted(&self) -> u64 {
        self.state().admitted()
    }

    /// How many calls were rejected.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.state().rejected()
    }

    /// Forgets what it has counted. Slots belong to the calls that hold them.
    pub fn reset(&self) {
        self.state().reset();
    }

    fn state(&self) -> &BulkheadState {
        match &self.0 {
            Inner::Plain(bulkhead) => &bulkhead.state,
            Inner::Keyed(_, entry) => entry.value(),
        }
    }
}

#[allow(
    dead_code,
    reason = "only the test kit calls it, which is behind a feature"
)]
pub(crate) fn reset_all() {
    let (plain, keyed) = LISTED.all();
    for bulkhead in plain {
        bulkhead.reset();
    }
    for keys in keyed {
        keys.wipe(BulkheadState::reset);
    }
}
