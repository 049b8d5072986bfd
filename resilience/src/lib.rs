#![doc = include_str!("../docs/crate.md")]

extern crate self as resilience;

mod args;
mod attempt;
mod blocking;
mod bulkhead;
mod cache;
mod call;
mod circuit;
mod classify;
mod context;
mod event;
mod fallback;
mod flight;
mod glue;
mod hedge;
mod idempotent;
mod instances;
mod keyed;
mod listed;
mod outcome;
mod positional;
mod rate_limit;
mod rejection;
mod retry;
mod rng;
pub mod saga;
mod site;
mod sync;
mod time;
mod timeout;

#[cfg(feature = "http")]
pub use self::classify::http;
pub use self::{
    attempt::Attempt,
    bulkhead::{Bulkhead, BulkheadHandle, bulkheads},
    cache::{Cache, CacheCounters, CacheHandle, caches},
    circuit::{Circuit, CircuitHandle, Counters, State, circuits},
    classify::{Class, Classify, Effect, Verdict},
    context::{Checkpoint, Context, checkpoint},
    hedge::HedgeBudget,
    idempotent::{Begun, IdempotencyStore, StoreError},
    rate_limit::{RateLimit, RateLimitHandle, rate_limits},
    rejection::Rejection,
    retry::{GaveUp, GiveUpReason, RetryBudget, Retrying},
    saga::{Saga, SagaReport, Step, StepOutcome, Undo},
};
#[doc = include_str!("../docs/classify.md")]
pub use resilience_macros::Classify;
#[doc = include_str!("../docs/bulkhead.md")]
pub use resilience_macros::bulkhead;
#[doc = include_str!("../docs/cache.md")]
pub use resilience_macros::cache;
#[doc = include_str!("../docs/circuit.md")]
pub use resilience_macros::circuit;
#[doc = include_str!("../docs/compensate.md")]
pub use resilience_macros::compensate;
#[doc = include_str!("../docs/fallback.md")]
pub use resilience_macros::fallback;
#[doc = include_str!("../docs/hedge.md")]
pub use resilience_macros::hedge;
#[doc = include_str!("../docs/idempotent.md")]
pub use resilience_macros::idempotent;
#[doc = include_str!("../docs/rate_limit.md")]
pub use resilience_macros::rate_limit;
#[doc = include_str!("../docs/retry.md")]
pub use resilience_macros::retry;
#[doc = include_str!("../docs/saga.md")]
pub use resilience_macros::saga;
#[doc = include_str!("../docs/timeout.md")]
pub use resilience_macros::timeout;
pub use resilience_policy::{self as policy, Backoff, Hedge, Jitter, Rate, Retry, Schedule};

#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "tower")]
pub mod tower;

#[doc(hidden)]
pub mod __private;
