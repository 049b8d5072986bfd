//! Fallback: the glue matches and calls; here is only what it reports.

use crate::{event::call_event, site::Site};

/// The `nth` fallback (1 = the first) takes over.
#[cold]
#[inline(never)]
pub fn fell_back(site: &'static Site, nth: u32) {
    call_event!(INFO, "fallback_used", site.name(), nth = nth);
}
