//! Rules about the values of rate limits and bulkheads.

use super::{
    Layer, Rule,
    values::{Wrong, wrong_if},
};
use crate::text::Text;

/// The keys that hold a duration of zero, and what to write instead.
pub(super) const fn zero_duration(layer: &Layer) -> [Wrong; 2] {
    let (rate, wait) = match layer {
        Layer::RateLimit {
            policy: Some(limit),
        } => (limit.rate, limit.wait),
        Layer::Bulkhead {
            policy: Some(bulkhead),
            ..
        } => (None, bulkhead.wait),
        _ => (None, None),
    };
    [
        wrong_if(
            matches!(rate, Some(rate) if rate.period().is_zero()),
            "rate",
            "a rate per no time limits nothing: write a period, as in `100/s`",
        ),
        wrong_if(
            matches!(wait, Some(wait) if wait.is_zero()),
            "wait",
            "a wait of zero is none: remove `wait`, and calls are rejected at once",
        ),
    ]
}

/// The keys that hold a count of zero, and what to write instead.
pub(super) const fn zero_count(layer: &Layer) -> [Wrong; 4] {
    match layer {
        Layer::RateLimit {
            policy: Some(limit),
        } => [
            wrong_if(
                limit.rate.is_none(),
                "rate",
                "this rate limit has no rate: say `.rate(100, Duration::from_secs(1))`",
            ),
            wrong_if(
                matches!(limit.rate, Some(rate) if rate.count() == 0),
                "rate",
                "a rate of 0 calls admits none: write at least 1, as in `1/s`",
            ),
            wrong_if(
                matches!(limit.burst, Some(0)),
                "burst",
                "`burst = 0` would never admit a call: write at least 1",
            ),
            no_keys(limit.keys_max),
        ],
        Layer::Bulkhead {
            policy: Some(bulkhead),
            ..
        } => [
            wrong_if(
                bulkhead.max.is_none(),
                "max",
                "this bulkhead has no size: say `.max(10)` how many calls may run at once",
            ),
            wrong_if(
                matches!(bulkhead.max, Some(0)),
                "max",
                "a bulkhead of 0 would never admit a call: write at least 1",
            ),
            None,
            no_keys(bulkhead.keys_max),
        ],
        _ => [None; 4],
    }
}

const fn no_keys(keys_max: u32) -> Wrong {
    wrong_if(
        keys_max == 0,
        "keys_max",
        "`keys_max = 0` leaves no room for any key: write at least 1",
    )
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
