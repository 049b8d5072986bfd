//! All rate limits that have been used.

use std::sync::Arc;

use super::{RateLimit, RateLimitState};
use crate::{
    keyed::{Keyed, Keys},
    listed::Listed,
};

pub(super) static LISTED: Listed<RateLimit, Keys<RateLimitState>> = Listed::new();

/// One rate limit of the process, for operators: an admin page, a health check, a test.
///
/// Holding the handle of a key keeps the key from being forgotten.
#[derive(Debug, Clone)]
pub struct RateLimitHandle(Inner);

#[derive(Debug, Clone)]
enum Inner {
    Plain(&'static RateLimit),
    Keyed(&'static Keys<RateLimitState>, Arc<Keyed<RateLimitState>>),
}

/// All rate limits that have been used so far: those of single functions, shared ones, and the live
/// keys of keyed ones.
///
/// At most 16 384 rate limits without a key are listed, and at most `keys_max` keys for each of the
/// others.
///
/// ```
/// for limit in resilience::rate_limits() {
///     println!("{} {:?}: {} rejected", limit.name(), limit.key(), limit.rejected());
/// }
/// ```
#[must_use]
pub fn rate_limits() -> Vec<RateLimitHandle> {
    let (plain, keyed) = LISTED.all();
    let plain = plain.into_iter().map(Inner::Plain);
    let keyed = keyed.into_iter().flat_map(|keys| {
        keys.live()
            .into_iter()
            .map(move |key| Inner::Keyed(keys, key))
    });
    plain.chain(keyed).map(RateLimitHandle).collect()
}

impl RateLimitHandle {
    /// The name of the rate limit.
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

    /// How many calls would be admitted at once. `None` where each call brings its own rate.
    #[must_use]
    pub fn available(&self) -> Option<u32> {
        match &self.0 {
            Inner::Plain(limit) => limit.available(),
            Inner::Keyed(keys, entry) => entry.value().available(keys.policy()),
        }
    }

    /// How many calls wait for their turn.
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

    /// Fills it and forgets what it has counted. Calls that wait keep their turn.
    pub fn reset(&self) {
        self.state().reset();
    }

    fn state(&self) -> &RateLimitState {
        match &self.0 {
            Inner::Plain(limit) => &limit.state,
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
    for limit in plain {
        limit.reset();
    }
    for keys in keyed {
        keys.wipe(RateLimitState::reset);
    }
}
