//! Which attempt runs: for [`Attempt::current`].
//!
//! Only functions whose body names `Attempt` set it, so nobody else pays for it. A plain cell, as
//! in `saga/during.rs`.

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

thread_local! {
    /// The attempt that is being polled.
    static CURRENT: Cell<Option<Attempt>> = const { Cell::new(None) };
    /// Whether what is being polled was started beside another attempt.
    static HEDGE: Cell<bool> = const { Cell::new(false) };
}

/// One run of the body of a function under `retry` or `hedge`, as the body sees it.
///
/// ```
/// use resilience::{Attempt, Classify, Verdict, retry};
///
/// # #[derive(Debug)] struct Busy;
/// # impl Classify for Busy { fn classify(&self) -> Verdict { Verdict::retryable() } }
/// #[retry(max = 2, backoff = none)]
/// async fn send() -> Result<String, Busy> {
///     let attempt = Attempt::current().ok_or(Busy)?;
///     if attempt.number() == 1 {
///         return Err(Busy);
///     }
///     Ok(format!("attempt {} of {}", attempt.number(), attempt.at_most()))
/// }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(send().await.unwrap(), "attempt 2 of 3");
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    number: u32,
    at_most: u64,
    hedge: bool,
}

impl Attempt {
    /// The attempt that runs on this task: of the nearest function around this line that has a
    /// `retry` or a `hedge` and whose own body contains the word `Attempt`.
    ///
    /// The macro looks for that word, so that functions which do not ask pay nothing. A helper that
    /// is called from such a body sees the attempt as well; where no body around it has the word,
    /// this is `None`.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.get()
    }

    /// Which run of the body in this call it is, from 1.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }

    /// How often the body runs at most in this call.
    #[must_use]
    pub const fn at_most(self) -> u64 {
        self.at_most
    }

    /// Whether it was started beside another one that was slow.
    #[must_use]
    pub const fn is_hedge(self) -> bool {
        self.hedge
    }
}

/// How often the body has run in one call.
#[derive(Debug)]
pub struct Runs {
    begun: AtomicU32,
    at_most: u64,
}

impl Runs {
    /// None yet; each layer with several attempts has so many beside the first.
    #[must_use]
    pub fn new(more: &[u32]) -> Self {
        let at_most = more.iter().fold(1_u64, |runs, more| {
            runs.saturating_mul(u64::from(*more).saturating_add(1))
        });
        Self {
            begun: AtomicU32::new(0),
            at_most,
        }
    }
}

/// The body of a function that asks which attempt it is. `hedged`: whether the function has a
/// `hedge`.
pub fn attempted<F: Future>(runs: &Runs, hedged: bool, body: F) -> During<BodyOf<'_>, F> {
    let who = BodyOf {
        runs,
        hedged,
        attempt: None,
    };
    During::new(who, body)
}

/// An attempt of a `hedge` in a function that asks.
pub fn beside<F: Future>(another: bool, attempt: F) -> During<Beside, F> {
    During::new(Beside(another), attempt)
}

/// What stands in a cell while a future is polled or dropped.
pub trait Scope {
    /// What it was before.
    type Before;
    /// Sets it.
    fn enter(&mut self) -> Self::Before;
    /// Puts back what it was.
    fn leave(before: Self::Before);
}

/// The attempt itself. It gets its number when it is first polled.
#[derive(Debug)]
pub struct BodyOf<'r> {
    runs: &'r Runs,
    hedged: bool,
    attempt: Option<Attempt>,
}

impl Scope for BodyOf<'_> {
    type Before = Option<Attempt>;

    fn enter(&mut self) -> Option<Attempt> {
        let (runs, hedged) = (self.runs, self.hedged);
        let attempt = self.attempt.get_or_insert_with(|| Attempt {
            number: runs.begun.fetch_add(1, Relaxed).saturating_add(1),
            at_most: runs.at_most,
            hedge: hedged && HEDGE.get(),
        });
        CURRENT.replace(Some(*attempt))
    }

    fn leave(before: Option<Attempt>) {
        CURRENT.set(before);
    }
}

/// Whether it runs beside another attempt.
#[derive(Debug)]
pub struct Beside(bool);

impl Scope for Beside {
    type Before = bool;

    fn enter(&mut self) -> bool {
        HEDGE.replace(self.0)
    }

    fn leave(before: bool) {
        HEDGE.set(before);
    }
}

/// Puts back what was in the cell, also when the body panics.
struct Entered<S: Scope>(Option<S::Before>);

impl<S: Scope> Entered<S> {
    fn new(scope: &mut S) -> Self {
        Self(Some(scope.enter()))
    }
}

impl<S: Scope> Drop for Entered<S> {
    fn drop(&mut self) {
        if let Some(before) = self.0.take() {
            S::leave(before);
        }
    }
}

pin_project! {
    /// A future that runs, and is dropped, in a scope.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct During<S: Scope, F> {
        // `None` once it has ended: what it still held is dropped in the scope as well.
        #[pin]
        inner: Option<F>,
        scope: S,
    }

    impl<S: Scope, F> PinnedDrop for During<S, F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.inner.is_some() {
                let _entered = Entered::new(this.scope);
                this.inner.set(None);
            }
        }
    }
}

impl<S: Scope, F> During<S, F> {
    fn new(scope: S, inner: F) -> Self {
        Self {
            inner: Some(inner),
            scope,
        }
    }
}

impl<S: Scope, F: Future> Future for During<S, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let _entered = Entered::new(this.scope);
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let outcome = inner.poll(cx);
        if outcome.is_ready() {
            this.inner.set(None);
        }
        outcome
    }
}
