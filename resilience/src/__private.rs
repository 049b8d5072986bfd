//! What the macros may name. Not public: it changes with every version.

pub use resilience_macros::__resilience_stack;
pub use resilience_policy::{
    Circuit as CircuitPolicy, Jitter, Layer, Retry, Schedule, Stack, Window,
};

pub use crate::{
    args::{Args, argument},
    call::Call,
    circuit::{CircuitFuture, CircuitKeys, CircuitRef, CircuitState, KeyedCircuit, circuit},
    classify::Verdict,
    fallback::fell_back,
    glue::{WindowOf, again, kept, lend, misconfigured, owned, owned_receiver, typed},
    keyed::{Key, KeyByClone, KeyByPart, KeyByRef, KeyOf, KeyPart},
    outcome::{Classified, FromRejection, Outcome, Rejectable},
    retry::{
        Asked, Attempts, RetryBudget, RetryLayer, by_class, judge, judge_value, predicate,
        selector, selects,
    },
    site::Site,
    time::Limit,
    timeout::timeout,
};
