//! What the programs share.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use resilience::{Classify, Rejection};

/// What can go wrong.
#[derive(Debug, Clone, PartialEq, Eq, Classify)]
#[non_exhaustive]
pub enum Error {
    /// Try again.
    #[retryable]
    Busy,
    /// No use.
    #[permanent]
    Gone,
    /// A layer refused.
    #[inherit]
    Rejected(Rejection),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Error {}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// A dependency that fails so often, then answers, and counts what was undone.
#[derive(Debug, Clone)]
pub struct Flaky(Arc<[AtomicU32; 2]>);

impl Flaky {
    /// Fails `times` times.
    #[must_use]
    pub fn times(times: u32) -> Self {
        Self(Arc::new([AtomicU32::new(times), AtomicU32::new(0)]))
    }

    /// One call.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`], as often as asked for.
    pub fn attempt(&self) -> Result<(), Error> {
        let [left, _] = &*self.0;
        let before = left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
        before.map_or(Ok(()), |_| Err(Error::Busy))
    }

    /// How many failures are left.
    #[must_use]
    pub fn left(&self) -> u32 {
        let [left, _] = &*self.0;
        left.load(SeqCst)
    }

    /// Notes that something was undone.
    pub fn undone(&self) {
        let [_, undone] = &*self.0;
        undone.fetch_add(1, SeqCst);
    }

    /// How many things were undone.
    #[must_use]
    pub fn undos(&self) -> u32 {
        let [_, undone] = &*self.0;
        undone.load(SeqCst)
    }
}
