//! Fallback: the glue matches and calls; here is only what it reports.

use crate::{event::call_event, site::Site};

/// What a fallback returned.
#[inline]
pub fn answer<R, A: Answer<R>>(outcome: A) -> R {
    outcome.answer()
}

/// An outcome that can stand for another: the same type.
#[diagnostic::on_unimplemented(
    message = "R053: this fallback returns `{Self}`",
    label = "the function returns `{R}`",
    note = "a fallback returns what the function returns: write one that does, or convert its result"
)]
pub trait Answer<R> {
    /// It.
    fn answer(self) -> R;
}

#[diagnostic::do_not_recommend]
impl<R> Answer<R> for R {
    #[inline]
    fn answer(self) -> R {
        self
    }
}

/// The `nth` fallback (1 = the first) takes over.
#[cold]
#[inline(never)]
pub fn fell_back(site: &'static Site, nth: u32) {
    call_event!(INFO, "fallback_used", site.name(), nth = nth);
}
