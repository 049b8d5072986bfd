//! The atomics and locks of the parts that `tests/loom` looks at with its own.

pub(crate) use std::sync::{
    Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering},
};
