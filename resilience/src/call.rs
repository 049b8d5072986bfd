//! What the layers of one call tell each other upwards.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

const RAN: u8 = 1;
const REJECTED: u8 = 2;
const IN_DOUBT: u8 = 4;

/// One call of an annotated function. The glue makes one where a layer above needs to know more
/// than the error says.
///
/// Relaxed atomics are plain loads and stores here; they only keep the future `Send`.
#[derive(Debug, Default)]
pub struct Call(AtomicU8);

impl Call {
    /// A call that has not begun.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU8::new(0))
    }

    /// The body starts: an attempt is under way and nothing has rejected it.
    #[inline]
    pub fn enter(&self) {
        self.0
            .store((self.0.load(Relaxed) | RAN) & !REJECTED, Relaxed);
    }

    /// A layer inside rejected: what goes up now is not the body's answer.
    #[cold]
    pub(crate) fn reject(&self) {
        self.set(REJECTED);
    }

    /// The note about a rejection as one of several attempts left it.
    pub(crate) fn restore_rejected(&self, rejected: bool) {
        let others = self.0.load(Relaxed) & !REJECTED;
        let own = if rejected { REJECTED } else { 0 };
        self.0.store(others | own, Relaxed);
    }

    /// An attempt ended in doubt.
    #[cold]
    pub(crate) fn doubt(&self) {
        self.set(IN_DOUBT);
    }

    fn set(&self, flag: u8) {
        self.0.store(self.0.load(Relaxed) | flag, Relaxed);
    }

    /// Whether the body has run at all.
    pub(crate) fn ran(&self) -> bool {
        self.0.load(Relaxed) & RAN != 0
    }

    /// Whether the last thing that happened was a rejection inside.
    pub(crate) fn rejected(&self) -> bool {
        self.0.load(Relaxed) & REJECTED != 0
    }

    /// Whether some attempt of this call ended in doubt.
    pub(crate) fn in_doubt(&self) -> bool {
        self.0.load(Relaxed) & IN_DOUBT != 0
    }
}
