//! Compensations: what the macro hands over, and how one is attempted.

use std::{
    any::Any,
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
};

use super::{
    CURRENT,
    compensation::{Compensation, Undoing},
    during::During,
    key::unique,
};
use crate::{context::Context, site::Site};

type Attempt<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

tokio::task_local! {
    static UNDO: Arc<Marks>;
}

/// The running compensation.
#[derive(Debug, Clone, Copy)]
pub struct Undo;

/// What the running compensation is, and what its own layers say about it.
#[derive(Debug)]
pub(super) struct Marks {
    name: &'static str,
    key: String,
    attempt: AtomicU32,
    own_retry: AtomicBool,
}

impl Undo {
    /// The idempotency key of the running compensation: the same for all its attempts, also when
    /// it is run again by hand, and another one than the key of its step. Outside a compensation
    /// it is a fresh random key each time.
    ///
    /// ```
    /// use resilience::saga::Undo;
    ///
    /// assert_ne!(Undo::key(), Undo::key());
    /// ```
    #[must_use]
    pub fn key() -> String {
        UNDO.try_with(|undo| undo.key.clone())
            .unwrap_or_else(|_| format!("{:032x}-undo", unique()))
    }

    /// How often the running compensation has been attempted, this attempt included. Outside a
    /// compensation it is 0.
    #[must_use]
    pub fn attempt() -> u32 {
        UNDO.try_with(|undo| undo.attempt.load(Relaxed))
            .unwrap_or(0)
    }
}

/// Compensations that are being attempted now, in the whole process: while there are none, nobody
/// need look for the one of the running task.
static ATTEMPTED: AtomicUsize = AtomicUsize::new(0);

/// Counts one of them while it lives.
struct Attempted;

impl Attempted {
    fn begin() -> Self {
        ATTEMPTED.fetch_add(1, Relaxed);
        Self
    }
}

impl Drop for Attempted {
    fn drop(&mut self) {
        ATTEMPTED.fetch_sub(1, Relaxed);
    }
}

/// A retry layer has given up on `site`. If that is the running compensation, the default policy
/// must not start all over.
#[inline]
pub(crate) fn note_own_retry(site: &'static Site) {
    // A compensation counts itself before it runs, so its own retries see at least that one.
    if ATTEMPTED.load(Relaxed) > 0 {
        note(site);
    }
}

#[cold]
#[inline(never)]
fn note(site: &'static Site) {
    let _ = UNDO.try_with(|undo| {
        let name = undo.name.rsplit("::").next().map(str::trim);
        if name == Some(site.function()) {
            undo.own_retry.store(true, Relaxed);
        }
    });
}

impl Marks {
    pub(super) fn new(name: &'static str, key: String) -> Arc<Self> {
        let (attempt, own_retry) = (AtomicU32::new(0), AtomicBool::new(false));
        Arc::new(Self {
            name,
            key,
            attempt,
            own_retry,
        })
    }

    pub(super) fn has_own_retry(&self) -> bool {
        self.own_retry.load(Relaxed)
    }
}

/// One attempt: outside the saga, in its context, and a panic is an error like any other.
pub(super) async fn attempt(
    cell: &dyn Compensate,
    marks: &Arc<Marks>,
    number: u32,
    context: &Context,
) -> Result<(), String> {
    marks.attempt.store(number, Relaxed);
    let _counted = Attempted::begin();
    let run = UNDO.scope(Arc::clone(marks), context.clone().enter(cell.attempt()));
    let mut run = Box::pin(CURRENT.scope(None, During::no_step(run)));
    let result = poll_fn(|cx| {
        catch_unwind(AssertUnwindSafe(|| run.as_mut().poll(cx)))
            .unwrap_or_else(|panic| Err(panicked(panic)).into())
    })
    .await;
    catch_unwind(AssertUnwindSafe(|| drop(run)))
        .map_err(panicked)
        .and(result)
}

fn panicked(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let message = format!("panicked: {}", text.unwrap_or("(no message)"));
    // The payload is the user's, and so is its drop.
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(again);
    }
    message
}

/// A compensation whose types are forgotten.
pub(super) trait Compensate: fmt::Debug + Send + Sync {
    /// Runs it once. Two runs at the same time go one after the other.
    fn attempt(&self) -> Attempt<'_>;
}

/// A compensation that can still be told the output of its step.
///
/// An object, so that the step's future does not name the undo's closure: the closure may stand
/// in a function with borrowed arguments, and then the compiler cannot see that the future is
/// `Send` (rust-lang/rust#110338).
pub(super) trait Tell<T>: Compensate {
    /// Keeps a copy of the output for the attempts to come.
    fn tell(&self, output: &T);
}

/// A compensation with what it is to be told.
pub(super) struct Cell<U: Undoing> {
    inner: tokio::sync::Mutex<(U, Option<U::Kept>)>,
    /// The output, until the next attempt takes it over; the step may end while one runs.
    told: Mutex<Option<U::Kept>>,
}

impl<U: Undoing> Cell<U> {
    pub(super) fn new(undo: U) -> Self {
        Self {
            inner: tokio::sync::Mutex::new((undo, None)),
            told: Mutex::new(None),
        }
    }
}

impl<T, U: Compensation<T>> Tell<T> for Cell<U> {
    fn tell(&self, output: &T) {
        let kept = U::keep(output);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let before = told.replace(kept);
        drop(told);
        drop(before);
    }
}

impl<U: Undoing> fmt::Debug for Cell<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compensation").finish_non_exhaustive()
    }
}

impl<U: Undoing> Compensate for Cell<U> {
    fn attempt(&self) -> Attempt<'_> {
        Box::pin(async move {
            let mut inner = self.inner.lock().await;
            let told = self
                .told
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            if told.is_some() {
                inner.1 = told;
            }
            let run = {
                let (undo, kept) = &*inner;
                undo.call(kept.as_ref())
            };
            run.await
        })
    }
}
