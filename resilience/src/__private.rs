//! What the macros may name. Not public: it changes with every version.

pub use resilience_macros::__resilience_stack;
pub use resilience_policy::{
    Cache as CachePolicy, Circuit as CircuitPolicy, Idempotent as IdempotentPolicy, Jitter, Layer,
    Retry, Schedule, Stack, Window,
};

pub use crate::{
    args::{Args, argument},
    cache::{CacheFuture, CacheOf, Cacheable, Caches, Load, Look, Missed, cached},
    call::Call,
    circuit::{
        Circuit, CircuitFuture, CircuitKeys, CircuitLayer, CircuitRef, CircuitState, KeyedCircuit,
        circuit,
    },
    classify::{Delay, StatusOf, Verdict},
    fallback::fell_back,
    glue::{
        Lent, WindowOf, again, kept, lend, lend_option, misconfigured, owned, owned_option,
        owned_receiver, told, typed,
    },
    idempotent::{
        Begin, First, IdempotentFuture, IdempotentLayer, Idempotents, StoreKey, idempotent,
        idempotent_in, store_key,
    },
    keyed::{
        Key, KeyByClone, KeyByPart, KeyByRef, KeyOf, KeyPart, KeyValue, PartByKind, PartByRef,
        PartOf, TypedKey,
    },
    outcome::{FromRejection, Outcome, rejected},
    retry::{
        Asked, Attempts, RetryBudget, RetryLayer, by_class, delay, filter, holds, judge,
        judge_value, selector, selects,
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
