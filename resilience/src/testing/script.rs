//! Scripted functions.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::time::{Sleep, later, now};

/// A function that does what a script says, call after call.
///
/// ```
/// use resilience::testing::Script;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let script = Script::new().fail("busy").ok(7);
/// assert_eq!(script.call().await, Err("busy"));
/// assert_eq!(script.call().await, Ok(7));
/// assert_eq!(script.calls(), 2);
/// # }
/// ```
pub struct Script<T, E> {
    inner: Mutex<Inner<T, E>>,
}

struct Inner<T, E> {
    steps: VecDeque<Step<T, E>>,
    after: Duration,
    calls: u32,
    finished: u32,
    /// How the last line is repeated; where it is not, it ends the script.
    repeat: Option<Copy<T, E>>,
}

type Copy<T, E> = fn(&End<T, E>) -> End<T, E>;

struct Step<T, E> {
    after: Duration,
    end: End<T, E>,
}

enum End<T, E> {
    Ok(T),
    Fail(E),
    Panic(&'static str),
    Hang,
}

impl<T, E> Script<T, E> {
    /// A script without a line yet. A call past its end panics and says so.
    #[must_use]
    pub fn new() -> Self {
        let inner = Inner {
            steps: VecDeque::new(),
            after: Duration::ZERO,
            calls: 0,
            finished: 0,
            repeat: None,
        };
        Self {
            inner: Mutex::new(inner),
        }
    }

    /// The next call succeeds with `value`.
    #[must_use]
    pub fn ok(self, value: T) -> Self {
        self.then(End::Ok(value))
    }

    /// The next call fails with `error`.
    #[must_use]
    pub fn fail(self, error: E) -> Self {
        self.then(End::Fail(error))
    }

    /// The next `times` calls fail with clones of `error`.
    #[must_use]
    pub fn fail_times(self, times: u32, error: E) -> Self
    where
        E: Clone,
    {
        (0..times).fold(self, |script, _| script.fail(error.clone()))
    }

    /// The next call panics with `message`.
    #[must_use]
    pub fn panic(self, message: &'static str) -> Self {
        self.then(End::Panic(message))
    }

    /// The next call never returns.
    #[must_use]
    pub fn hang(self) -> Self {
        self.then(End::Hang)
    }

    /// The line that follows takes so long before it ends.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        self.lock().after = delay;
        self
    }

    /// The last line holds for every further call.
    #[must_use]
    pub fn forever(self) -> Self
    where
        T: Clone,
        E: Clone,
    {
        self.lock().repeat = Some(|end| match end {
            End::Ok(value) => End::Ok(value.clone()),
            End::Fail(error) => End::Fail(error.clone()),
            End::Panic(message) => End::Panic(message),
            End::Hang => End::Hang,
        });
        self
    }

    fn then(self, end: End<T, E>) -> Self {
        {
            let mut inner = self.lock();
            let after = std::mem::take(&mut inner.after);
            inner.steps.push_back(Step { after, end });
        }
        self
    }

    /// Plays the next line.
    ///
    /// # Errors
    ///
    /// Where the line says [`fail`](Self::fail).
    ///
    /// # Panics
    ///
    /// Where the line says [`panic`](Self::panic), and when the script is at its end.
    #[allow(
        clippy::panic,
        reason = "a test double: what it is told to do, or a broken test"
    )]
    pub async fn call(&self) -> Result<T, E> {
        let (number, step) = self.lock().next();
        let Some(Step { after, end }) = step else {
            panic!("the script has no line for call {number}: add one, or end it with `.forever()`")
        };
        if !after.is_zero() {
            Sleep::Until(later(now(), after)).await;
        }
        if matches!(end, End::Hang) {
            std::future::pending::<()>().await;
        }
        self.lock().finished += 1;
        match end {
            End::Ok(value) => Ok(value),
            End::Fail(error) => Err(error),
            End::Panic(message) => panic!("{message}"),
            End::Hang => std::future::pending().await,
        }
    }

    /// Plays the next line on this thread, for plain functions: it sleeps where the line takes
    /// its time, and for ever where it hangs.
    ///
    /// # Errors
    ///
    /// Where the line says [`fail`](Self::fail).
    ///
    /// # Panics
    ///
    /// As [`call`](Self::call).
    ///
    /// ```
    /// use resilience::testing::Script;
    ///
    /// let script = Script::new().fail("busy").ok(7);
    /// assert_eq!(script.call_blocking(), Err("busy"));
    /// assert_eq!(script.call_blocking(), Ok(7));
    /// ```
    pub fn call_blocking(&self) -> Result<T, E> {
        crate::blocking::block(self.call())
    }

    /// How many calls have started.
    pub fn calls(&self) -> u32 {
        self.lock().calls
    }

    /// How many calls have come to the end of their line; the others hang or were dropped.
    pub fn finished(&self) -> u32 {
        self.lock().finished
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T, E>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T, E> Inner<T, E> {
    fn next(&mut self) -> (u32, Option<Step<T, E>>) {
        self.calls += 1;
        let step = match (self.repeat, self.steps.front()) {
            (Some(copy), Some(last)) if self.steps.len() == 1 => Some(Step {
                after: last.after,
                end: copy(&last.end),
            }),
            _ => self.steps.pop_front(),
        };
        (self.calls, step)
    }
}

impl<T, E> Default for Script<T, E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, E> fmt::Debug for Script<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.lock();
        f.debug_struct("Script")
            .field("calls", &inner.calls)
            .field("lines_left", &inner.steps.len())
            .finish_non_exhaustive()
    }
}
