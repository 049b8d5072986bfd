//! Compensations as the macro hands them over: three kinds, by what the undo is told.

use std::{fmt, future::Future, marker::PhantomData, pin::Pin};

use super::StepOutcome;
use crate::outcome::Outcome;

/// One run of an undo function.
pub type Run = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// A compensation, without the step it undoes.
pub trait Undoing: Send + 'static {
    /// What it keeps of the step's output.
    type Kept: Send + 'static;
    /// Whether it is enlisted before the body runs.
    const BEFORE: bool;
    /// The path of the undo function as written.
    fn name(&self) -> &'static str;
    /// Calls the undo function.
    fn call(&self, kept: Option<&Self::Kept>) -> Run;
}

/// A compensation of a step with output `T`.
#[diagnostic::on_unimplemented(
    message = "this compensation does not undo a step with output `{T}`",
    label = "made for another return type"
)]
pub trait Compensation<T>: Undoing {
    /// What it keeps of this output.
    fn keep(output: &T) -> Self::Kept;
}

/// A compensation, or none where [`in_saga`](super::step::in_saga) said there is no saga: so the
/// glue need not copy arguments for nothing.
pub trait IntoCompensation<R: Outcome> {
    /// The compensation.
    type Undo: Compensation<R::Ok>;
    /// The compensation, if there is one.
    fn into_compensation(self) -> Option<Self::Undo>;
}

impl<R: Outcome, U: Compensation<R::Ok>> IntoCompensation<R> for Option<U> {
    type Undo = U;
    fn into_compensation(self) -> Self {
        self
    }
}

/// The output of a step, which its compensation keeps.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept for the compensation",
    label = "the undo gets this output after the call is over",
    note = "derive `Clone` for it (and it must be `Send + 'static`), or let the undo take arguments only, as in `compensate(undo(key, amount))`"
)]
pub trait Keep: Clone + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + 'static> Keep for T {}

/// What an undo function returns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether the undo worked",
    label = "an undo function returns a `Result`",
    note = "return `Result<(), E>` from the undo function, where `E: Debug`"
)]
pub trait UndoResult {
    /// Nothing, or why it failed.
    ///
    /// # Errors
    ///
    /// The undo's error, as text.
    fn failure(self) -> Result<(), String>;
}

impl<T, E: fmt::Debug> UndoResult for Result<T, E> {
    fn failure(self) -> Result<(), String> {
        self.map(drop).map_err(|error| format!("{error:?}"))
    }
}

/// The undo call with the arguments it keeps. (Of a future that is not `Send`, the compiler says
/// more than we could.)
#[diagnostic::on_unimplemented(
    message = "the undo cannot outlive the call",
    label = "not `Send`",
    note = "an undo runs in a task of its own: what it takes must be `Send + 'static`"
)]
pub trait Detached: Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Detached for T {}

/// Made by [`undo_output`].
pub struct UndoOutput<T, F> {
    name: &'static str,
    undo: F,
    output: PhantomData<fn(T)>,
}

/// Made by [`undo_before`].
pub struct UndoBefore<F> {
    name: &'static str,
    undo: F,
}

/// Made by [`undo_outcome`].
pub struct UndoOutcome<T, F> {
    name: &'static str,
    undo: F,
    output: PhantomData<fn(T)>,
}

/// `compensate(undo)`: enlisted after success, told the output.
pub fn undo_output<R, F, Fut>(name: &'static str, undo: F) -> UndoOutput<R::Ok, F>
where
    R: Outcome<Ok: Keep>,
    F: Fn(R::Ok) -> Fut + Detached,
    Fut: Future<Output: UndoResult> + Send + 'static,
{
    UndoOutput {
        name,
        undo,
        output: PhantomData,
    }
}

/// `compensate(undo(key, amount))`: enlisted before the body runs.
pub fn undo_before<R, F, Fut>(name: &'static str, undo: F) -> UndoBefore<F>
where
    R: Outcome,
    F: Fn() -> Fut + Detached,
    Fut: Future<Output: UndoResult> + Send + 'static,
{
    UndoBefore { name, undo }
}

/// `compensate(undo(key, outcome))`: enlisted before the body runs, told `Some(output)`, or
/// `None` where nobody knows.
pub fn undo_outcome<R, F, Fut>(name: &'static str, undo: F) -> UndoOutcome<R::Ok, F>
where
    R: Outcome<Ok: Keep>,
    F: Fn(Option<R::Ok>) -> Fut + Detached,
    Fut: Future<Output: UndoResult> + Send + 'static,
{
    UndoOutcome {
        name,
        undo,
        output: PhantomData,
    }
}

fn run(undo: impl Future<Output: UndoResult> + Send + 'static) -> Run {
    Box::pin(async { undo.await.failure() })
}

impl<T, F, Fut> Undoing for UndoOutput<T, F>
where
    T: Keep,
    F: Fn(T) -> Fut + Detached,
    Fut: Future<Output: UndoResult> + Send + 'static,
{
    type Kept = T;
    const BEFORE: bool = false;

    fn name(&self) -> &'static str {
        self.name
    }

    fn call(&self, kept: Option<&T>) -> Run {
        match kept {
            Some(output) => run((self.undo)(output.clone())),
            // Enlisted with its output, always.
            None => Box::pin(async { Err("the output is missing".to_owned()) }),
        }
    }
}

impl<F, Fut> Undoing for UndoBefore<F>
where
    F: Fn() -> Fut + Detached,
    Fut: Future<Output: UndoResult> + Send + 'static,
{
    type Kept = ();
    const BEFORE: bool = true;

    fn name(&self) -> &'static str {
        self.name
    }

    fn call(&self, _: Option<&()>) -> Run {
        run((self.undo)())
    }
}

impl<T, F, Fut> Undoing for UndoOutcome<T, F>
where
    T: Keep,
    F: Fn(Option<T>) -> Fut + Detached,
    Fut: Future<Output: UndoResult> + Send + 'static,
{
    type Kept = T;
    const BEFORE: bool = true;

    fn name(&self) -> &'static str {
        self.name
    }

    fn call(&self, kept: Option<&T>) -> Run {
        run((self.undo)(kept.cloned()))
    }
}

impl<T: Keep, F> Compensation<T> for UndoOutput<T, F>
where
    Self: Undoing<Kept = T>,
{
    fn keep(output: &T) -> T {
        output.clone()
    }
}

impl<T, F> Compensation<T> for UndoBefore<F>
where
    Self: Undoing<Kept = ()>,
{
    fn keep(_: &T) {}
}

impl<T: Keep, F> Compensation<T> for UndoOutcome<T, F>
where
    Self: Undoing<Kept = T>,
{
    fn keep(output: &T) -> T {
        output.clone()
    }
}

macro_rules! common {
    ($($Type:ident [$($T:ident)?]),*) => {$(
        impl<R: Outcome, $($T,)? F> IntoCompensation<R> for $Type<$($T,)? F>
        where
            Self: Compensation<R::Ok>,
        {
            type Undo = Self;
            fn into_compensation(self) -> Option<Self> {
                Some(self)
            }
        }

        impl<$($T,)? F> fmt::Debug for $Type<$($T,)? F> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($Type)).field(&self.name).finish()
            }
        }
    )*};
}

common!(UndoOutput [T], UndoBefore [], UndoOutcome [T]);

impl<T> StepOutcome<T> {
    /// From what [`undo_outcome`] tells.
    pub fn known(output: Option<T>) -> Self {
        output.map_or(Self::Maybe, Self::Done)
    }
}
