//! What the filters of a layer say about an outcome.

use std::time::Duration;

use crate::{
    classify::{Classify, Effect, Verdict},
    glue::Nobody,
    outcome::Outcome,
};

/// What a filter says about a failure: run again, after how long, in doubt or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub(crate) again: bool,
    pub(crate) after: Option<Duration>,
    pub(crate) in_doubt: bool,
}

impl Asked {
    /// Yes or no, without a class: nothing is known of delay and effect.
    #[inline]
    #[must_use]
    pub const fn plain(again: bool) -> Self {
        Self {
            again,
            after: None,
            in_doubt: true,
        }
    }

    /// Only if this holds as well.
    #[inline]
    #[must_use]
    pub const fn and(self, also: bool) -> Self {
        Self {
            again: self.again && also,
            ..self
        }
    }

    /// With the delay that `after = fn(&E) -> Option<Duration>` reads from the error.
    #[inline]
    #[must_use]
    pub const fn after(self, after: Option<Duration>) -> Self {
        Self { after, ..self }
    }

    /// Told what the error says of its effect, where its type can tell.
    #[inline]
    #[must_use]
    pub fn told(self, verdict: Option<Verdict>) -> Self {
        let in_doubt = verdict.map_or(self.in_doubt, |verdict| verdict.effect == Effect::InDoubt);
        Self { in_doubt, ..self }
    }
}

/// Asks the error's verdict and a class word.
#[cold]
pub fn by_class<E: Classify>(error: &E, word: fn(&Verdict) -> bool) -> Asked {
    let verdict = error.classify();
    Asked {
        again: word(&verdict),
        after: verdict.after,
        in_doubt: verdict.effect == Effect::InDoubt,
    }
}

/// `None` for a success, else what the filter says about the error.
///
/// `E` is a parameter, so that an outcome that is no `Result` is one error.
#[inline]
pub fn judge<R, E>(outcome: &R, on: impl FnOnce(&E) -> Asked) -> Option<Asked>
where
    R: Outcome<Error = E>,
{
    match outcome.as_result() {
        Ok(_) => None,
        Err(error) => Some(on(error)),
    }
}

/// As [`judge`], where a success may ask for another attempt as well.
#[inline]
pub fn judge_value<R, T, E, S>(
    outcome: &R,
    on: impl FnOnce(&E) -> Asked,
    on_ok: impl Predicate<T, S>,
) -> Option<Asked>
where
    R: Outcome<Ok = T, Error = E>,
{
    match outcome.as_result() {
        Ok(value) if on_ok(value) => Some(Asked::plain(true)),
        Ok(_) => None,
        Err(error) => Some(on(error)),
    }
}

/// What `when` and `on_ok` take. (A supertrait, so that closures learn the type of their argument;
/// a parameter, so that one that does not fit is told in these words.)
#[diagnostic::on_unimplemented(
    message = "R056: this does not say yes or no to a `{T}`",
    label = "takes the path of a `fn(&{T}) -> bool`, or a closure like it",
    note = "the type of what it looks at is the function's: `when` takes the error, `on_ok` the value"
)]
pub trait Predicate<T, S>: FnOnce(&T) -> bool {}

#[diagnostic::do_not_recommend]
impl<T, F: FnOnce(&T) -> bool> Predicate<T, Says> for F {}

#[diagnostic::do_not_recommend]
impl<T, F: FnOnce(&T) -> bool + Nobody> Predicate<T, ()> for F {}

/// What all functions of the user's do that fit.
#[derive(Debug)]
pub struct Says;

/// What `after` takes.
#[diagnostic::on_unimplemented(
    message = "R056: this does not read a delay from a `{E}`",
    label = "takes the path of a `fn(&{E}) -> Option<Duration>`, or a closure like it",
    note = "`None` where the error asks for no delay"
)]
pub trait Reader<E, S>: FnOnce(&E) -> Option<Duration> {}

#[diagnostic::do_not_recommend]
impl<E, F: FnOnce(&E) -> Option<Duration>> Reader<E, Says> for F {}

#[diagnostic::do_not_recommend]
impl<E, F: FnOnce(&E) -> Option<Duration> + Nobody> Reader<E, ()> for F {}

/// What `when = fn(&E) -> bool` says.
#[inline]
pub fn holds<E, S>(error: &E, when: impl Predicate<E, S>) -> bool {
    when(error)
}

/// What `after = fn(&E) -> Option<Duration>` says.
#[inline]
pub fn delay<E, S>(error: &E, after: impl Reader<E, S>) -> Option<Duration> {
    after(error)
}

/// Gives a closure the type of a filter over the errors of `R`.
#[inline]
pub fn filter<R: Outcome<Error = E>, E, F: Fn(&E) -> Asked>(filter: F) -> F {
    filter
}

/// Whether a filter selects an error.
#[inline]
pub fn selects<E>(error: &E, on: impl FnOnce(&E) -> Asked) -> bool {
    on(error).again
}
