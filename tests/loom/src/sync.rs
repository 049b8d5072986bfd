//! What the runtime has in `crate::sync`, seen by loom.
//!
//! The runtime makes some in `const fn`s, which loom's own cannot be made in: what comes from `new`
//! is made when it is first used, which has to be before a model starts its threads. Otherwise loom
//! says that its making raced with its use.

use std::{fmt, ops::Deref};

pub(crate) use loom::sync::{MutexGuard, atomic::Ordering};
pub(crate) use std::sync::PoisonError;

macro_rules! atomics {
    ($($name:ident($value:ty))*) => {$(
        pub(crate) struct $name {
            first: $value,
            inner: std::sync::OnceLock<loom::sync::atomic::$name>,
        }

        impl $name {
            pub(crate) const fn new(first: $value) -> Self {
                Self { first, inner: std::sync::OnceLock::new() }
            }

            pub(crate) fn made(first: $value) -> Self {
                let made = Self::new(first);
                let _: &loom::sync::atomic::$name = &made;
                made
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::made(<$value>::default())
            }
        }

        impl Deref for $name {
            type Target = loom::sync::atomic::$name;

            fn deref(&self) -> &Self::Target {
                self.inner.get_or_init(|| loom::sync::atomic::$name::new(self.first))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&**self, f)
            }
        }
    )*};
}

atomics! { AtomicBool(bool) AtomicU32(u32) AtomicU64(u64) AtomicUsize(usize) }

#[derive(Debug)]
pub(crate) struct Mutex<T> {
    first: std::sync::Mutex<Option<T>>,
    inner: std::sync::OnceLock<loom::sync::Mutex<T>>,
}

impl<T> Mutex<T> {
    pub(crate) const fn new(first: T) -> Self {
        Self {
            first: std::sync::Mutex::new(Some(first)),
            inner: std::sync::OnceLock::new(),
        }
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        let made = Self::new(T::default());
        let _: &loom::sync::Mutex<T> = &made;
        made
    }
}

impl<T> Deref for Mutex<T> {
    type Target = loom::sync::Mutex<T>;

    fn deref(&self) -> &Self::Target {
        self.inner.get_or_init(|| {
            let first = self.first.lock().unwrap().take();
            loom::sync::Mutex::new(first.unwrap())
        })
    }
}

/// Whether it is there is something to be seen late; making it is one step.
#[derive(Debug)]
pub(crate) struct OnceLock<T> {
    there: AtomicBool,
    inner: std::sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    pub(crate) const fn new() -> Self {
        Self {
            there: AtomicBool::new(false),
            inner: std::sync::OnceLock::new(),
        }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.there
            .load(Ordering::Acquire)
            .then(|| self.inner.get())
            .flatten()
    }

    pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        let value = self.inner.get_or_init(make);
        self.there.store(true, Ordering::Release);
        value
    }
}
