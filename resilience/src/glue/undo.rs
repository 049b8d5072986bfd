//! What undos are given, and how they are called.

use std::{
    borrow::{Borrow, Cow},
    convert::Infallible,
    future::{Ready, ready},
    marker::PhantomData,
};

use super::Nobody;
use crate::saga::StepOutcome;

/// What an undo keeps. Where it cannot, the call of [`again`](Self::again) has no type, and nothing
/// more is reported about the undo.
#[derive(Debug)]
pub struct Own<O>(O);

impl<O: Clone> Own<O> {
    /// A copy for one more run of the undo.
    #[must_use]
    pub fn again(&self) -> O {
        self.0.clone()
    }
}

/// An owned copy of a borrowed argument, for an undo that outlives the call.
pub fn owned<T: Lent<S> + ?Sized, S>(argument: &T) -> S {
    argument.for_the_undo()
}

/// A borrowed argument that an undo is given; `S` holds its owned form.
///
/// A parameter, not an associated type: where there is none, that is one error and not two.
#[diagnostic::on_unimplemented(
    message = "R055: the undo is given this argument, so it needs a `{Self}` of its own",
    label = "`{Self}` is not `Clone` and `Send`",
    note = "derive `Clone`, or take it in an `Arc`"
)]
pub trait Lent<S> {
    /// The copy.
    fn for_the_undo(&self) -> S;
}

#[diagnostic::do_not_recommend]
impl<T: ToOwned<Owned = O> + ?Sized, O: Clone + Send + 'static> Lent<Own<O>> for T {
    fn for_the_undo(&self) -> Own<O> {
        Own(self.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Nobody + ?Sized> Lent<()> for T {
    fn for_the_undo(&self) {}
}

/// An owned copy of the receiver, for an undo that is a method.
pub fn owned_receiver<T: Receiver<S>, S>(receiver: &T) -> S {
    receiver.for_the_undo()
}

/// A receiver that an undo can be called on after the call.
#[diagnostic::on_unimplemented(
    message = "R055: the undo is a method, so it needs a `{Self}` of its own after the call",
    label = "`{Self}` is not `Clone` and `Send`",
    note = "derive `Clone`, or write the undo as a function over arguments of the step"
)]
pub trait Receiver<S> {
    /// The copy.
    fn for_the_undo(&self) -> S;
}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + 'static> Receiver<Own<T>> for T {
    fn for_the_undo(&self) -> Own<T> {
        Own(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Nobody> Receiver<()> for T {
    fn for_the_undo(&self) {}
}

/// An owned argument, kept for the undo.
pub fn kept<T: Kept<S>, S>(argument: &T) -> S {
    argument.for_the_undo()
}

/// An owned argument that an undo is given.
#[diagnostic::on_unimplemented(
    message = "R055: the undo is given this argument, so it needs a `{Self}` of its own",
    label = "`{Self}` is not `Clone` and `Send`",
    note = "derive `Clone`, or share it in an `Arc`"
)]
pub trait Kept<S> {
    /// The copy.
    fn for_the_undo(&self) -> S;
}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + 'static> Kept<Own<T>> for T {
    fn for_the_undo(&self) -> Own<T> {
        Own(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Nobody> Kept<()> for T {
    fn for_the_undo(&self) {}
}

/// A `Cow` of what another one may only borrow.
pub fn owned_cow<T>(argument: &T) -> Own<Cow<'static, T>>
where
    T: ToOwned<Owned: Send> + ?Sized,
{
    Own(Cow::Owned(argument.to_owned()))
}

/// The owned forms of a slice of references.
pub fn owned_slice<T: ToOwned + ?Sized>(argument: &[&T]) -> Own<Vec<T::Owned>> {
    Own(argument.iter().map(|&part| part.to_owned()).collect())
}

/// The references that the undo takes as a slice.
pub fn lend_slice<T: ?Sized, O: Borrow<T>>(kept: &[O]) -> Vec<&T> {
    kept.iter().map(Borrow::borrow).collect()
}

/// An undo function, before it is called with the output alone. The first of these traits that
/// fits picks it: one that takes the output by value is told so, and all others are called as they
/// are.
#[derive(Debug)]
pub struct UndoOf<F, T>(F, PhantomData<fn(T)>);

impl<F, T> UndoOf<F, T> {
    /// The undo of a step with output `T`.
    pub const fn new(undo: F, _: &T) -> Self {
        Self(undo, PhantomData)
    }
}

/// First choice: it takes a reference.
pub trait UndoByRef<'o, F> {
    /// The function.
    fn pick(&self) -> F;
}

impl<'o, F: Fn(&'o T) -> Fut + Copy, T: 'o, Fut> UndoByRef<'o, F> for &&UndoOf<F, T> {
    fn pick(&self) -> F {
        self.0
    }
}

/// Second choice: it takes the output itself.
pub trait UndoByValue<T> {
    /// Never called.
    fn pick(&self) -> fn(&T) -> Ready<Result<(), Infallible>>
    where
        T: TakenByReference;
}

impl<F: Fn(T) -> Fut, T, Fut> UndoByValue<T> for &UndoOf<F, T> {
    fn pick(&self) -> fn(&T) -> Ready<Result<(), Infallible>>
    where
        T: TakenByReference,
    {
        |_| ready(Ok(()))
    }
}

/// An output that an undo takes: by reference, all of them.
#[diagnostic::on_unimplemented(
    message = "R054: this undo takes its `{Self}` by value",
    label = "an undo is given a reference, since it may have to run again",
    note = "write `&{Self}` in the signature of the undo"
)]
pub trait TakenByReference {}

/// Third choice: the compiler says what is wrong, if anything is.
pub trait UndoAsIs<F> {
    /// The function.
    fn pick(&self) -> F;
}

impl<F: Copy, T> UndoAsIs<F> for UndoOf<F, T> {
    fn pick(&self) -> F {
        self.0
    }
}

/// The borrowed form of what is kept.
pub fn lend<T: ?Sized, O: Borrow<T>>(kept: &O) -> &T {
    kept.borrow()
}

/// An owned copy of an argument that may be missing.
#[must_use]
pub fn owned_option<T: LentOption<S> + ?Sized, S>(argument: Option<&T>) -> S {
    T::for_the_undo(argument)
}

/// A borrowed argument that may be missing; `S` holds its owned form.
#[diagnostic::on_unimplemented(
    message = "R055: the undo is given this argument, so it needs a `{Self}` of its own",
    label = "`{Self}` is not `Clone` and `Send`",
    note = "derive `Clone`, or take it in an `Arc`"
)]
pub trait LentOption<S> {
    /// The copy.
    fn for_the_undo(argument: Option<&Self>) -> S;
}

#[diagnostic::do_not_recommend]
impl<T: ToOwned<Owned = O> + ?Sized, O: Clone + Send + 'static> LentOption<Own<Option<O>>> for T {
    fn for_the_undo(argument: Option<&T>) -> Own<Option<O>> {
        Own(argument.map(ToOwned::to_owned))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Nobody + ?Sized> LentOption<()> for T {
    fn for_the_undo(_: Option<&T>) {}
}

/// The borrowed form of what is kept, where it is not missing.
pub fn lend_option<T: ?Sized, O: Borrow<T>>(kept: &Option<O>) -> Option<&T> {
    kept.as_ref().map(Borrow::borrow)
}

/// What an undo is told of the outcome.
pub fn told<T>(output: &Option<T>) -> StepOutcome<&T> {
    StepOutcome::known(output.as_ref())
}
