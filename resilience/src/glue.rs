//! Small helpers that only generated code calls.

use std::{
    borrow::{Borrow, Cow},
    future::Future,
    time::Duration,
};

use resilience_policy::{Layer, Stack, Window};

use crate::{
    classify::{Effect, Verdict},
    outcome::{FromRejection, Outcome, rejected},
    rejection::Rejection,
    saga::StepOutcome,
    site::Site,
};

/// Fixes what a future comes to, for functions that return one.
#[inline]
pub fn typed<R, F: Future<Output = R>>(future: F) -> F {
    future
}

/// The rules, applied to values that are known only now.
#[inline]
pub fn misconfigured<R: Outcome<Error: FromRejection>>(
    site: &'static Site,
    layers: &[Layer],
) -> Option<R> {
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

/// An owned copy of a borrowed argument, for an undo that outlives the call.
pub fn owned<T: Lent<O> + ?Sized, O>(argument: &T) -> O {
    argument.for_the_undo()
}

/// A borrowed argument that an undo is given; `O` is its owned form.
///
/// A parameter, not an associated type: where there is none, that is one error and not two.
#[diagnostic::on_unimplemented(
    message = "the undo is given this argument, so it needs a `{Self}` of its own",
    label = "`{Self}` is not `Clone`",
    note = "derive `Clone`, or take it in an `Arc`"
)]
pub trait Lent<O> {
    /// The copy.
    fn for_the_undo(&self) -> O;
}

#[diagnostic::do_not_recommend]
impl<T: ToOwned<Owned = O> + ?Sized, O> Lent<O> for T {
    fn for_the_undo(&self) -> O {
        self.to_owned()
    }
}

/// An owned copy of the receiver, for an undo that is a method.
pub fn owned_receiver<T: Receiver>(receiver: &T) -> T {
    receiver.for_the_undo()
}

/// A receiver that an undo can be called on after the call.
#[diagnostic::on_unimplemented(
    message = "the undo is a method, so it needs a `{Self}` of its own after the call",
    label = "`{Self}` is not `Clone`",
    note = "derive `Clone`, or write the undo as a function over arguments of the step"
)]
pub trait Receiver: Sized {
    /// The copy.
    fn for_the_undo(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Receiver for T {
    fn for_the_undo(&self) -> Self {
        self.clone()
    }
}

/// An owned argument, kept for the undo.
pub fn kept<T: Kept>(argument: &T) -> T {
    argument.for_the_undo()
}

/// An owned argument that an undo is given.
#[diagnostic::on_unimplemented(
    message = "the undo is given this argument, so it needs a `{Self}` of its own",
    label = "`{Self}` is not `Clone`",
    note = "derive `Clone`, or share it in an `Arc`"
)]
pub trait Kept: Sized {
    /// The copy.
    fn for_the_undo(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Kept for T {
    fn for_the_undo(&self) -> Self {
        self.clone()
    }
}

/// A copy for one more run of an undo.
pub fn again<T: Clone>(kept: &T) -> T {
    kept.clone()
}

/// The borrowed form of what is kept.
pub fn lend<T: ?Sized, O: Borrow<T>>(kept: &O) -> &T {
    kept.borrow()
}

/// An owned copy of an argument that may be missing.
pub fn owned_option<T: Lent<O> + ?Sized, O>(argument: Option<&T>) -> Option<O> {
    argument.map(Lent::for_the_undo)
}

/// The borrowed form of what is kept, where it is not missing.
pub fn lend_option<T: ?Sized, O: Borrow<T>>(kept: &Option<O>) -> Option<&T> {
    kept.as_ref().map(Borrow::borrow)
}

/// Whether an error leaves it open if something was done: one that cannot tell does.
#[must_use]
pub fn in_doubt(verdict: Option<Verdict>) -> bool {
    verdict.is_none_or(|verdict| verdict.effect == Effect::InDoubt)
}

/// What an undo is told of the outcome.
pub fn told<T>(output: &Option<T>) -> StepOutcome<&T> {
    StepOutcome::known(output.as_ref())
}
