//! Rules about the values of rate limits and bulkheads.

use super::{Layer, Rule};
use crate::text::Text;

/// The key that holds a duration of zero, and what to write instead.
pub(super) const fn zero_duration(layer: &Layer) -> Option<(&'static str, &'static str)> {
    let wait = match layer {
        Layer::RateLimit {
            policy: Some(limit),
        } => {
            if matches!(limit.rate, Some(rate) if rate.period().is_zero()) {
                return Some((
                    "rate",
                    "a rate per no time limits nothing: write a period, as in `100/s`",
                ));
            }
            limit.wait
        }
        Layer::Bulkhead {
            policy: Some(bulkhead),
            ..
        } => bulkhead.wait,
        _ => return None,
    };
    match wait {
        Some(wait) if wait.is_zero() => Some((
            "wait",
            "a wait of zero is none: remove `wait`, and calls are rejected at once",
        )),
        _ => None,
    }
}

/// The key that holds a count of zero, and what to write instead.
pub(super) const fn zero_count(layer: &Layer) -> Option<(&'static str, &'static str)> {
    let keys_max = match layer {
        Layer::RateLimit {
            policy: Some(limit),
        } => {
            match limit.rate {
                None => {
                    return Some((
                        "rate",
                        "this rate limit has no rate: say `.rate(100, Duration::from_secs(1))`",
                    ));
                }
                Some(rate) if rate.count() == 0 => {
                    return Some((
                        "rate",
                        "a rate of 0 calls admits none: write at least 1, as in `1/s`",
                    ));
                }
                Some(_) => {}
            }
            if matches!(limit.burst, Some(0)) {
                return Some((
                    "burst",
                    "`burst = 0` would never admit a call: write at least 1",
                ));
            }
            limit.keys_max
        }
        Layer::Bulkhead {
            policy: Some(bulkhead),
            ..
        } => {
            match bulkhead.max {
                None => {
                    return Some((
                        "max",
                        "this bulkhead has no size: say `.max(10)` how many calls may run at once",
                    ));
                }
                Some(0) => {
                    return Some((
                        "max",
                        "a bulkhead of 0 would never admit a call: write at least 1",
                    ));
                }
                Some(_) => {}
            }
            bulkhead.keys_max
        }
        _ => return None,
    };
    if keys_max == 0 {
        Some((
            "keys_max",
            "`keys_max = 0` leaves no room for any key: write at least 1",
        ))
    } else {
        None
    }
}

impl Rule {
    /// What `R018` says where only the type of a path tells that it names a shared state.
    #[must_use]
    pub const fn shared_state(key: &str) -> Text {
        let text = Self::SharedState.says().str("`").str(key);
        text.str(
            "` belongs to the shared state that stands beside it: write it where that is defined",
        )
    }
}
