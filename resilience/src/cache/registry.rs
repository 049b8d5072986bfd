//! All caches that have been used.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::CacheCounters;

/// Caches that a program makes at run time (by leaking them) must not grow the list for ever.
const MAX: usize = 16_384;

static LISTED: Mutex<Vec<&'static dyn Listed>> = Mutex::new(Vec::new());

/// A cache, whatever its types.
pub(super) trait Listed: Send + Sync {
    fn name(&self) -> &'static str;
    fn len(&self) -> usize;
    fn counters(&self) -> CacheCounters;
    fn clear(&self);
    #[cfg(feature = "testing")]
    fn reset(&self);
}

/// One cache of the process, for operators: an admin page, a health check, a test.
#[derive(Clone, Copy)]
pub struct CacheHandle(&'static dyn Listed);

/// All caches that have been used so far: those of single functions, and shared ones.
///
/// Each instance of a generic function has one of its own. At most 16 384 are listed.
///
/// ```
/// for cache in resilience::caches() {
///     println!("{}: {} entries, {} hits", cache.name(), cache.len(), cache.counters().hits);
/// }
/// ```
#[must_use]
pub fn caches() -> Vec<CacheHandle> {
    listed().iter().copied().map(CacheHandle).collect()
}

impl CacheHandle {
    /// The name of the cache: that of its function, or the one it was made with.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// How many values it holds, those whose time has passed included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it holds no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it has counted.
    #[must_use]
    pub fn counters(&self) -> CacheCounters {
        self.0.counters()
    }

    /// Forgets all values. What loads that are under way bring is not kept.
    pub fn clear(&self) {
        self.0.clear();
    }
}

impl fmt::Debug for CacheHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheHandle")
            .field("name", &self.name())
            .field("len", &self.len())
            .field("counters", &self.counters())
            .finish()
    }
}

pub(super) fn list(cache: &'static dyn Listed) {
    let mut listed = listed();
    if listed.len() < MAX {
        listed.push(cache);
    }
}

/// All caches as new, for the test kit.
#[cfg(feature = "testing")]
pub(crate) fn reset_all() {
    let all = listed().clone();
    for cache in all {
        cache.reset();
    }
}

fn listed() -> MutexGuard<'static, Vec<&'static dyn Listed>> {
    LISTED.lock().unwrap_or_else(PoisonError::into_inner)
}
