//! What an annotated function returns, as the layers see it.

use std::marker::PhantomData;

use crate::rejection::Rejection;

/// The return type of an annotated function: a `Result`, behind any alias.
#[diagnostic::on_unimplemented(
    message = "R041: `{Self}` is not a `Result`",
    label = "the layers above this function have no error to look at",
    note = "return `Result<T, E>`, or an alias of it such as `io::Result<T>`"
)]
pub trait Outcome {
    /// The success value.
    type Ok;
    /// The user's own error type.
    type Error;
    /// `Returns` of this type.
    type Returns;
    /// The outcome as the `Result` it is.
    ///
    /// # Errors
    ///
    /// Where the outcome is one.
    fn into_result(self) -> Result<Self::Ok, Self::Error>;
    /// Back again.
    fn from_result(result: Result<Self::Ok, Self::Error>) -> Self;
    /// A value for its type.
    fn returns() -> Self::Returns;
    /// A look at it.
    ///
    /// # Errors
    ///
    /// Where the outcome is one.
    fn as_result(&self) -> Result<&Self::Ok, &Self::Error>;
}

impl<T, E> Outcome for Result<T, E> {
    type Ok = T;
    type Error = E;
    type Returns = Returns<Self>;

    #[inline]
    fn into_result(self) -> Self {
        self
    }

    #[inline]
    fn from_result(result: Self) -> Self {
        result
    }

    #[inline]
    fn returns() -> Returns<Self> {
        Returns(PhantomData)
    }

    #[inline]
    fn as_result(&self) -> Result<&T, &E> {
        self.as_ref()
    }
}

/// Stands for the return type of a function.
///
/// Where that is no `Result`, [`returns`] is an error, and the compiler does not know the type of
/// what comes from it: it reports nothing about that a second time.
#[derive(Debug)]
pub struct Returns<R>(PhantomData<fn() -> R>);

#[expect(clippy::unused_self, reason = "`self` knows the type")]
impl<R> Returns<R> {
    /// The outcome, as it is.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it is there for its type")]
    pub fn is(&self, outcome: R) -> R {
        outcome
    }
}

#[expect(
    clippy::unused_self,
    clippy::unnecessary_wraps,
    reason = "`self` knows the type"
)]
impl<T, E> Returns<Result<T, E>> {
    /// A success.
    ///
    /// # Errors
    ///
    /// None.
    #[inline]
    pub const fn ok(&self, value: T) -> Result<T, E> {
        Ok(value)
    }
}

/// The return type of a function, by its name.
#[inline]
#[must_use]
pub fn returns<R: Outcome<Returns = S>, S>() -> S {
    R::returns()
}

/// The error of an outcome.
#[inline]
pub fn error_of<R: Outcome<Error = E>, E>(outcome: &R) -> Option<&E> {
    outcome.as_result().err()
}

/// A look at an outcome.
///
/// # Errors
///
/// Where the outcome is one.
#[inline]
pub fn look<R: Outcome<Ok = T, Error = E>, T, E>(outcome: &R) -> Result<&T, &E> {
    outcome.as_result()
}

/// An error type that a layer's rejection can become.
#[diagnostic::on_unimplemented(
    message = "R052: `{Self}` cannot hold the rejection of a layer",
    label = "a layer above this function can reject calls",
    note = "add a variant `Rejected(#[from] Rejection)` to `{Self}`, or implement `From<Rejection>` for it"
)]
pub trait FromRejection {
    /// The rejection as this error.
    fn from_rejection(rejection: Rejection) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<Rejection>> FromRejection for E {
    fn from_rejection(rejection: Rejection) -> Self {
        rejection.into()
    }
}

/// The rejection as an outcome.
///
/// Layers keep this function as a value of its own type, which takes no room. The error type is a
/// parameter: what it lacks is said at its place, and an outcome that is no `Result` is one error.
#[cold]
#[must_use]
pub fn rejected<R, E>(rejection: Rejection) -> R
where
    R: Outcome<Error = E>,
    E: FromRejection,
{
    R::from_result(Err(E::from_rejection(rejection)))
}

/// What a layer does that is polled after its end, as every future.
#[cold]
#[inline(never)]
#[allow(clippy::panic, reason = "as every future that is polled after its end")]
pub(crate) fn polled_again() -> ! {
    panic!("a call under a limit was polled after its end")
}
