//! What a failed attempt is answered with: a pause, or none.

use super::{GiveUpReason, Pause};

/// A pause, or none. The reason is told only to those who ask: the answer then no longer fits into
/// two registers.
pub trait Answer {
    /// Another attempt follows.
    fn go_on(pause: Pause) -> Self;
    /// None does.
    fn stop(why: GiveUpReason) -> Self;
    /// The pause.
    fn pause(&self) -> Option<&Pause>;
}

impl Answer for Option<Pause> {
    #[inline]
    fn go_on(pause: Pause) -> Self {
        Some(pause)
    }

    #[inline]
    fn stop(_: GiveUpReason) -> Self {
        None
    }

    #[inline]
    fn pause(&self) -> Option<&Pause> {
        self.as_ref()
    }
}

impl Answer for Result<Pause, GiveUpReason> {
    fn go_on(pause: Pause) -> Self {
        Ok(pause)
    }

    fn stop(why: GiveUpReason) -> Self {
        Err(why)
    }

    fn pause(&self) -> Option<&Pause> {
        self.as_ref().ok()
    }
}
