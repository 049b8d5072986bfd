//! The atomics of the parts that `tests/loom` looks at with its own.

pub(crate) use std::sync::atomic::{AtomicU32, Ordering};
