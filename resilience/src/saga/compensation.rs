//! Compensations as the macro hands them over: three kinds, by what the undo is told.

use std::{fmt, future::Future, marker::PhantomData, pin::Pin, sync::Arc};

use super::{
    StepOutcome,
    undo::{Cell, Tell},
};
use crate::outcome::Outcome;

/// One run of an undo function.
pub(super) type Run = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// A compensation, without the step it undoes.
pub(super) trait Undoing: Send + 'static {
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
pub(super) trait Compensation<T>: Undoing {
    /// What it keeps of this output.
    fn keep(output: &T) -> Self::Kept;
}

/// A compensation of a step with output `T`, ready to be enlisted.
///
/// Its other types are forgotten: what an undo lacks is reported once, where this is made, and
/// not again where the step takes it.
pub struct Prepared<T> {
    pub(super) name: &'static str,
    pub(super) before: bool,
    pub(super) cell: Arc<dyn Tell<T>>,
}

impl<T> Prepared<T> {
    fn new<U: Compensation<T>>(undo: U) -> Self {
        Self {
            name: undo.name(),
            before: U::BEFORE,
            cell: Arc::new(Cell::new(undo)),
        }
    }
}

impl<T> fmt::Debug for Prepared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Prepared").field(&self.name).finish()
    }
}

/// The output of a step, which its compensation keeps.
#[diagnostic::on_unimplemented(
    message = "R055: `{Self}` cannot be kept for the compensation",
    label = "the undo gets this output after the call is over",
    note = "derive `Clone` for it (and it must be `Send + 'static`), or let the undo take arguments only, as in `compensate(undo(key, amount))`"
)]
pub trait Keep: Clone + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + 'static> Keep for T {}

/// What an undo function returns.
#[diagnostic::on_unimplemented(
    message = "R054: `{Self}` does not say whether the undo worked",
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
    message = "R054: the undo cannot outlive the call",
    label = "not `Send`",
    note = "an undo runs in a task of its own: what it takes must be `Send + 'static`"
)]
pub trait Detached: Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Detached for T {}

/// What [`undo_output`] prepares.
struct UndoOutput<T, F> {
    name: &'static str,
    undo: F,
    output: PhantomData<fn(T)>,
}

/// What [`undo_before`] prepares.
struct UndoBefore<F> {
    name: &'static str,
    undo: F,
}

/// What [`undo_outcome`] prepares.
struct UndoOutcome<T, F> {
    name: &'static str,
    undo: F,
    output: PhantomData<fn(T)>,
}

/// `compensate(undo)`: enlisted after success, told the output.
pub fn undo_output<R, T, F, Fut>(name: &'static str, undo: F) -> Prepared<T>
where
    R: Outcome<Ok = T>,
    T: Keep,
    F: Fn(T) -> Fut + Detached,
    Fut: Future<Output: UndoResult> + Send + 'static,
{
    Prepared::new(UndoOutput {
        name,
        undo,
        output: PhantomData,
    })
}

/// `compensate(undo(key, amount))`: enlisted before the body runs.
pub fn undo_before<R, T, F, Fut>(name: &'static str, undo: F) -> Prepared<T>
where
    R: Outcome<Ok = T>,
    F: Fn() -> Fut + Detached,
    Fut: Future<Output: UndoResult> + Send + 'static,
{
    Prepared::new(UndoBefore { name, undo })
}

/// `compensate(undo(key, outcome))`: enlisted before the body runs, told `Some(output)`, or
/// `None` where nobody knows.
pub fn undo_outcome<R, T, F, Fut>(name: &'static str, undo: F) -> Prepared<T>
where
    R: Outcome<Ok = T>,
    T: Keep,
    F: Fn(Option<T>) -> Fut + Detached,
    Fut: Future<Output: UndoResult> + Send + 'static,
{
    Prepared::new(UndoOutcome {
        name,
        undo,
        output: PhantomData,
    })
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

impl<T> StepOutcome<T> {
    /// What is known where an output is, or is not.
    pub fn known(output: Option<T>) -> Self {
        output.map_or(Self::Maybe, Self::Done)
    }
}
