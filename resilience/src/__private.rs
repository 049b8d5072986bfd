//! What the macros may name. Not public: it changes with every version.

pub use resilience_policy::{Circuit as CircuitPolicy, Layer, Retry, Stack, Window};

pub use crate::{
    args::{Args, argument},
    call::Call,
    fallback::fell_back,
    outcome::{Classified, FromRejection, Outcome, Rejectable},
    retry::{Asked, Attempts, RetryLayer, by_class, judge, judge_value, predicate},
    site::Site,
    time::Limit,
    timeout::timeout,
};
