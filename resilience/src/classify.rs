//! What an error means: class, effect, verdict.

mod field;
#[cfg(feature = "http")]
pub mod http;
mod io;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "http")]
mod retry_after;
mod status;

use std::{convert::Infallible, time::Duration};

pub use self::field::{Delay, StatusOf};

/// Whether the same call can succeed later.
///
/// The words of `on = …` select by it: `Retryable` stands for the first two.
///
/// ```
/// use resilience::{Class, Verdict};
///
/// assert_eq!(Verdict::from_status(429, None).class, Class::Throttled);
/// assert_eq!(Verdict::from_status(404, None).class, Class::Permanent);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// The same call may succeed later.
    Retryable,
    /// The same call may succeed later; the other side asks for fewer calls.
    Throttled,
    /// The same call cannot succeed.
    Permanent,
}

/// Whether the failed call can have changed something on the other side.
///
/// It says what a saga may forget: a step that failed with [`Effect::None`] needs no undo, one
/// that failed in doubt does. `None` is a promise; where nobody can know, the answer is `InDoubt`.
///
/// ```
/// use resilience::{Effect, Verdict};
///
/// // Refused before any work was done, and a gateway that lost the answer.
/// assert_eq!(Verdict::from_status(429, None).effect, Effect::None);
/// assert_eq!(Verdict::from_status(502, None).effect, Effect::InDoubt);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Certain: nothing was applied.
    None,
    /// It may have been applied.
    InDoubt,
}

/// What an error means to the layers.
///
/// ```
/// use std::time::Duration;
/// use resilience::{Class, Effect, Verdict};
///
/// let verdict = Verdict::throttled().after(Duration::from_secs(3));
/// assert_eq!(verdict.class, Class::Throttled);
/// assert_eq!(verdict.after, Some(Duration::from_secs(3)));
/// assert_eq!(verdict.effect, Effect::None);
/// assert_eq!(verdict.in_doubt().effect, Effect::InDoubt);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the same call can succeed later.
    pub class: Class,
    /// How long the other side asks to wait before the next call; `None` if it did not say.
    pub after: Option<Duration>,
    /// Whether the failed call can have changed something.
    pub effect: Effect,
}

impl Verdict {
    const fn of(class: Class) -> Self {
        Self {
            class,
            after: None,
            effect: Effect::None,
        }
    }

    /// The same call may succeed later; nothing was applied.
    #[must_use]
    pub const fn retryable() -> Self {
        Self::of(Class::Retryable)
    }

    /// The other side asks for fewer calls; nothing was applied.
    #[must_use]
    pub const fn throttled() -> Self {
        Self::of(Class::Throttled)
    }

    /// The same call cannot succeed; nothing was applied.
    #[must_use]
    pub const fn permanent() -> Self {
        Self::of(Class::Permanent)
    }

    /// With the delay the other side asks for.
    #[must_use]
    pub const fn after(self, delay: Duration) -> Self {
        self.after_opt(Some(delay))
    }

    /// As [`after`](Self::after), where the delay may be missing.
    #[must_use]
    pub const fn after_opt(self, delay: Option<Duration>) -> Self {
        Self {
            after: delay,
            ..self
        }
    }

    /// The call may have been applied.
    #[must_use]
    pub const fn in_doubt(self) -> Self {
        Self {
            effect: Effect::InDoubt,
            ..self
        }
    }

    /// Whether `on = Retryable` selects it: class `Retryable` or `Throttled`.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self.class, Class::Retryable | Class::Throttled)
    }

    /// Whether `on = Throttled` selects it.
    #[must_use]
    pub const fn is_throttled(&self) -> bool {
        matches!(self.class, Class::Throttled)
    }

    /// Whether `on = Permanent` selects it.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self.class, Class::Permanent)
    }

    /// Whether `on = Unapplied` selects it: certain to have had no effect.
    #[must_use]
    pub const fn is_unapplied(&self) -> bool {
        matches!(self.effect, Effect::None)
    }
}

/// Says what an error means; [`#[derive(Classify)]`](derive@crate::Classify) writes it.
///
/// Class words such as `on = Retryable` ask the error type for it, and sagas ask whether a failed
/// step can have had an effect. It is there for [`Rejection`](crate::Rejection),
/// [`std::io::Error`], [`Infallible`] and, behind features, for the errors of other crates; also
/// for references, [`Box`] and [`Arc`](std::sync::Arc) of those.
///
/// There is none for `Box<dyn Error>` and its like, on purpose: nothing can be known about such an
/// error, and guessing is how calls that cannot succeed get retried.
///
/// By hand, where the derive does not fit:
///
/// ```
/// use resilience::{Classify, Verdict};
///
/// struct LockTimeout {
///     deadlock: bool,
/// }
///
/// impl Classify for LockTimeout {
///     fn classify(&self) -> Verdict {
///         if self.deadlock { Verdict::retryable() } else { Verdict::permanent() }
///     }
/// }
///
/// assert!(LockTimeout { deadlock: true }.classify().is_retryable());
/// ```
#[diagnostic::on_unimplemented(
    message = "R051: `{Self}` does not say which of its errors can be retried",
    label = "asked for by a class word such as `on = Retryable`, or by `#[inherit]`",
    note = "add `#[derive(Classify)]` to `{Self}` if it is yours; or filter with `on = _` or `on = PATTERN`, and under `retry` also with `when = fn(&E) -> bool`"
)]
pub trait Classify {
    /// The verdict on this error.
    fn classify(&self) -> Verdict;
}

impl<E: Classify + ?Sized> Classify for &E {
    fn classify(&self) -> Verdict {
        (**self).classify()
    }
}

impl<E: Classify + ?Sized> Classify for Box<E> {
    fn classify(&self) -> Verdict {
        (**self).classify()
    }
}

impl<E: Classify + ?Sized> Classify for std::sync::Arc<E> {
    fn classify(&self) -> Verdict {
        (**self).classify()
    }
}

impl Classify for Infallible {
    fn classify(&self) -> Verdict {
        match *self {}
    }
}
