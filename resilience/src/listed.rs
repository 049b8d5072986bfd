//! What operators can ask for: all limits of one kind that have been used.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a program makes at run time (by leaking it) must not grow a list for ever.
const MAX: usize = 16_384;

/// The plain ones, and the ones with keys.
pub(crate) struct Listed<P: 'static, K: 'static>(Mutex<Lists<P, K>>);

struct Lists<P: 'static, K: 'static> {
    plain: Vec<&'static P>,
    keyed: Vec<&'static K>,
}

impl<P, K> Listed<P, K> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Lists {
            plain: Vec::new(),
            keyed: Vec::new(),
        }))
    }

    pub(crate) fn add(&self, plain: &'static P) {
        let mut lists = self.lock();
        if lists.plain.len() < MAX {
            lists.plain.push(plain);
        }
    }

    pub(crate) fn add_keys(&self, keyed: &'static K) {
        let mut lists = self.lock();
        if lists.keyed.len() < MAX {
            lists.keyed.push(keyed);
        }
    }

    pub(crate) fn all(&self) -> (Vec<&'static P>, Vec<&'static K>) {
        let lists = self.lock();
        (lists.plain.clone(), lists.keyed.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Lists<P, K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
