//! What `on_retry` and `on_give_up` are told.

use std::{fmt, time::Duration};

use super::judge::Says;
use crate::{glue::Nobody, outcome::Outcome, site::Site};

/// A failed attempt that is followed by another one: what `on_retry = f` is given.
///
/// The function runs in the task of the call, after it is decided and before the pause.
///
/// ```
/// use resilience::{Classify, Retrying, Verdict, retry};
///
/// # #[derive(Debug)] struct Busy;
/// # impl Classify for Busy { fn classify(&self) -> Verdict { Verdict::retryable() } }
/// fn note(event: &Retrying<'_, Busy>) {
///     println!(
///         "{}: attempt {} failed with {:?}, again in {:?}",
///         event.site(), event.attempt(), event.error(), event.delay(),
///     );
/// }
///
/// #[retry(max = 2, on_retry = note)]
/// async fn load() -> Result<u32, Busy> { Ok(7) }
/// # #[tokio::main(flavor = "current_thread")] async fn main() { load().await.unwrap(); }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Retrying<'a, E> {
    site: &'static str,
    attempt: u32,
    delay: Duration,
    error: Option<&'a E>,
}

impl<'a, E> Retrying<'a, E> {
    /// The name of the site.
    #[must_use]
    pub const fn site(&self) -> &'static str {
        self.site
    }

    /// The attempt that has failed, from 1.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The pause before the next one, jitter included.
    #[must_use]
    pub const fn delay(&self) -> Duration {
        self.delay
    }

    /// Its error; `None` where a success asked for another attempt (`on_ok`).
    #[must_use]
    pub const fn error(&self) -> Option<&'a E> {
        self.error
    }
}

/// A failure that is not followed by another attempt: what `on_give_up = f` is given.
///
/// The function runs in the task of the call, before the outcome is returned. It hears of every
/// failure that the retry returns, also of the first one: [`reason`](Self::reason) tells why.
///
/// ```
/// use resilience::{Classify, GaveUp, GiveUpReason, Verdict, retry};
///
/// # #[derive(Debug)] struct Busy;
/// # impl Classify for Busy { fn classify(&self) -> Verdict { Verdict::retryable() } }
/// fn alarm(event: &GaveUp<'_, Busy>) {
///     if event.reason() == GiveUpReason::Exhausted {
///         println!("{}: {:?} after {} attempts", event.site(), event.error(), event.attempts());
///     }
/// }
///
/// #[retry(max = 2, on_give_up = alarm)]
/// async fn load() -> Result<u32, Busy> { Ok(7) }
/// # #[tokio::main(flavor = "current_thread")] async fn main() { load().await.unwrap(); }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct GaveUp<'a, E> {
    site: &'static str,
    attempts: u32,
    reason: GiveUpReason,
    error: Option<&'a E>,
}

impl<'a, E> GaveUp<'a, E> {
    /// The name of the site.
    #[must_use]
    pub const fn site(&self) -> &'static str {
        self.site
    }

    /// The attempts that were made.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Why there is no other one.
    #[must_use]
    pub const fn reason(&self) -> GiveUpReason {
        self.reason
    }

    /// The error that is returned; `None` where it is a success that asked for another attempt
    /// (`on_ok`).
    #[must_use]
    pub const fn error(&self) -> Option<&'a E> {
        self.error
    }
}

/// Why a failure is not followed by another attempt. The event `gave_up` has it in the field
/// `why`, as [`word`](Self::word).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GiveUpReason {
    /// The filter does not match the error.
    NotRetryable,
    /// All attempts were made, or a backoff of one's own has no further delay.
    Exhausted,
    /// The error asks for a longer delay than `after_max`.
    DelayTooLong,
    /// The pause would not end before an enclosing `timeout` does.
    DeadlineWouldPass,
    /// The budget has no tokens left.
    BudgetEmpty,
}

impl GiveUpReason {
    /// A word for it that never changes: `not_retryable`, `exhausted`, `delay_too_long`,
    /// `deadline_would_pass`, `budget_empty`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotRetryable => "not_retryable",
            Self::Exhausted => "exhausted",
            Self::DelayTooLong => "delay_too_long",
            Self::DeadlineWouldPass => "deadline_would_pass",
            Self::BudgetEmpty => "budget_empty",
        }
    }
}

impl fmt::Display for GiveUpReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What `on_retry` takes.
#[diagnostic::on_unimplemented(
    message = "R056: this cannot be told of a retry after a `{E}`",
    label = "takes the path of a `fn(&Retrying<'_, {E}>)`, or a closure like it",
    note = "it is no `async fn` and returns nothing; `resilience::Retrying` says what it is told"
)]
pub trait OnRetry<E, S>: FnOnce(&Retrying<'_, E>) {}

#[diagnostic::do_not_recommend]
impl<E, F: FnOnce(&Retrying<'_, E>)> OnRetry<E, Says> for F {}

#[diagnostic::do_not_recommend]
impl<E, F: FnOnce(&Retrying<'_, E>) + Nobody> OnRetry<E, ()> for F {}

/// What `on_give_up` takes.
#[diagnostic::on_unimplemented(
    message = "R056: this cannot be told of giving up after a `{E}`",
    label = "takes the path of a `fn(&GaveUp<'_, {E}>)`, or a closure like it",
    note = "it is no `async fn` and returns nothing; `resilience::GaveUp` says what it is told"
)]
pub trait OnGiveUp<E, S>: FnOnce(&GaveUp<'_, E>) {}

#[diagnostic::do_not_recommend]
impl<E, F: FnOnce(&GaveUp<'_, E>)> OnGiveUp<E, Says> for F {}

#[diagnostic::do_not_recommend]
impl<E, F: FnOnce(&GaveUp<'_, E>) + Nobody> OnGiveUp<E, ()> for F {}

/// Calls `on_retry`.
#[cold]
pub fn retrying<R, E, S>(
    hook: impl OnRetry<E, S>,
    site: &'static Site,
    attempt: u32,
    delay: Duration,
    outcome: &R,
) where
    R: Outcome<Error = E>,
{
    hook(&Retrying {
        site: site.name(),
        attempt,
        delay,
        error: outcome.as_result().err(),
    });
}

/// Calls `on_give_up`.
#[cold]
pub fn gave_up<R, E, S>(
    hook: impl OnGiveUp<E, S>,
    site: &'static Site,
    attempts: u32,
    reason: GiveUpReason,
    outcome: &R,
) where
    R: Outcome<Error = E>,
{
    hook(&GaveUp {
        site: site.name(),
        attempts,
        reason,
        error: outcome.as_result().err(),
    });
}
