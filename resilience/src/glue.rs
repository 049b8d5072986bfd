//! Small helpers that only generated code calls.

pub(crate) mod undo;

use std::{borrow::Cow, future::Future, time::Duration};

use resilience_policy::{Layer, Stack, Window};

use crate::{
    classify::{Effect, Verdict},
    outcome::{FromRejection, Outcome, rejected},
    rejection::Rejection,
    site::Site,
};

/// Fixes what a future comes to, for functions that return one.
#[inline]
pub fn typed<R, F: Future<Output = R>>(future: F) -> F {
    future
}

/// The rules, applied to values that are known only now.
#[inline]
pub fn misconfigured<R, E>(site: &'static Site, layers: &[Layer]) -> Option<R>
where
    R: Outcome<Error = E>,
    E: FromRejection,
{
    let violation = Stack::new(layers).check().err()?;
    let reason = Cow::Owned(violation.to_string());
    Some(rejected(Rejection::Misconfigured {
        site: site.name(),
        reason,
    }))
}

/// A window, by the type of its value: `u32` calls or a `Duration`.
#[derive(Debug)]
pub struct WindowOf<T>(pub T);

impl WindowOf<u32> {
    /// So many calls.
    #[must_use]
    pub const fn window(self) -> Window {
        Window::Calls(self.0)
    }
}

impl WindowOf<Duration> {
    /// So long.
    #[must_use]
    pub const fn window(self) -> Window {
        Window::Time(self.0)
    }
}

/// Says of a window of another type that it is none: found where `WindowOf` has no `window` itself.
pub trait NoWindow<T>: Sized {
    /// Never called.
    fn window(self) -> Window
    where
        T: WindowValue,
    {
        Window::Calls(0)
    }
}

impl<T> NoWindow<T> for WindowOf<T> {}

/// A value that could be a window.
#[diagnostic::on_unimplemented(
    message = "R057: `{Self}` is no window",
    label = "a window is a `u32` of calls, or a `Duration`",
    note = "write `window = 100` for calls, `window = 30s` for a time, or a constant of the type `u32` or `Duration`"
)]
pub trait WindowValue {}

/// Whether an error leaves it open if something was done: one that cannot tell does.
#[must_use]
pub fn in_doubt(verdict: Option<Verdict>) -> bool {
    verdict.is_none_or(|verdict| verdict.effect == Effect::InDoubt)
}

/// Nothing implements it. A second implementation under this bound keeps the compiler from taking
/// the first one's word for what it would give, before it looks whether it applies.
pub trait Nobody {}
