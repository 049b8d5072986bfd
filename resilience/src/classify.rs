//! What an error means: class, effect, verdict.

use std::time::Duration;

/// Whether the same call can succeed later.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Certain: nothing was applied.
    None,
    /// It may have been applied.
    InDoubt,
}

/// What an error means to the layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the same call can succeed later.
    pub class: Class,
    /// How long the other side asks to wait.
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

/// Says what an error means; `#[derive(Classify)]` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which of its errors can be retried",
    label = "`on = Retryable` and the other class words ask the error type",
    note = "add `#[derive(Classify)]` to `{Self}`, or filter with `on = _`, `on = PATTERN` or `when = fn(&E) -> bool`"
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
