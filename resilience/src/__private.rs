//! What the macros may name. Not public: it changes with every version.

pub use resilience_macros::__resilience_stack;
pub use resilience_policy::{
    Bulkhead as BulkheadPolicy, Cache as CachePolicy, Circuit as CircuitPolicy, Hedge,
    Idempotent as IdempotentPolicy, Jitter, Layer, Rate, RateLimit as RateLimitPolicy, Retry,
    Schedule, Stack, Window,
};

pub use crate::{
    args::{Args, Given, argument},
    attempt::{Runs, attempted, beside},
    blocking::{block, run},
    bulkhead::{
        Bulkhead, BulkheadFuture, BulkheadKeys, BulkheadLayer, BulkheadRef, BulkheadState,
        HeldBulkhead, NoQueue, Queue, bulkhead,
    },
    cache::{
        CacheFuture, CacheOf, CacheValue, Cacheable, Caches, Load, Look, Missed, NoCache, cached,
        hit,
    },
    call::Call,
    circuit::{
        Circuit, CircuitFuture, CircuitKeys, CircuitLayer, CircuitRef, CircuitState, KeyedCircuit,
        circuit,
    },
    classify::{Delay, StatusOf, Verdict},
    fallback::{answer, fell_back},
    glue::{
        NoWindow, WindowOf, in_doubt, misconfigured, typed,
        undo::{
            Lent, UndoAsIs, UndoByRef, UndoByValue, UndoOf, kept, lend, lend_option, lend_slice,
            owned, owned_cow, owned_option, owned_receiver, owned_slice, told,
        },
    },
    hedge::{HedgeBudget, HedgeLayer, Hedging, Latency},
    idempotent::{
        Begin, First, IdempotentFuture, IdempotentLayer, Idempotents, StoreKey, idempotent,
        idempotent_in, store_key,
    },
    keyed::{
        Key, KeyByClone, KeyByPart, KeyByRef, KeyOf, KeyPart, KeyValue, PartByKind, PartByRef,
        PartOf, TypedKey,
    },
    outcome::{FromRejection, Outcome, error_of, look, rejected, returns},
    positional::{
        BulkheadPath, LimitPath, OneBulkhead, OneOf, OneRateLimit, OtherBulkhead, OtherLimit,
        RateOrLimit, SizeOrBulkhead,
    },
    rate_limit::{
        HeldRateLimit, RateLimit, RateLimitFuture, RateLimitKeys, RateLimitLayer, RateLimitRef,
        RateLimitState, rate_limit,
    },
    retry::{
        Asked, Attempts, RetryBudget, RetryLayer, by_class, delay, filter, gave_up, holds, judge,
        judge_value, retrying, selects,
    },
    saga::{
        compensation::{
            Detached, Keep, Prepared, UndoResult, undo_before, undo_outcome, undo_output,
        },
        future::{SagaFuture, saga},
        step::{StepFuture, in_saga, step},
        verdict::{Ask, NoVerdict},
    },
    site::Site,
    time::Limit,
    timeout::{Cut, Limits, timeout},
};
