//! What an annotated function returns, as the layers see it.

use crate::rejection::Rejection;

/// The return type of an annotated function: a `Result`, behind any alias.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `Result`",
    label = "the layers above this function have no error to look at",
    note = "return `Result<T, E>`, or an alias of it such as `io::Result<T>`"
)]
pub trait Outcome {
    /// The success value.
    type Ok;
    /// The user's own error type.
    type Error;
    /// The outcome as the `Result` it is.
    ///
    /// # Errors
    ///
    /// Where the outcome is one.
    fn into_result(self) -> Result<Self::Ok, Self::Error>;
    /// Back again.
    fn from_result(result: Result<Self::Ok, Self::Error>) -> Self;
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

    #[inline]
    fn into_result(self) -> Self {
        self
    }

    #[inline]
    fn from_result(result: Self) -> Self {
        result
    }

    #[inline]
    fn as_result(&self) -> Result<&T, &E> {
        self.as_ref()
    }
}

/// An error type that a layer's rejection can become.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the rejection of a layer",
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
/// Layers keep this function as a value of its own type, which takes no room.
#[cold]
#[must_use]
pub fn rejected<R: Outcome<Error: FromRejection>>(rejection: Rejection) -> R {
    R::from_result(Err(FromRejection::from_rejection(rejection)))
}

/// What a layer does that is polled after its end, as every future.
#[cold]
#[inline(never)]
#[allow(clippy::panic, reason = "as every future that is polled after its end")]
pub(crate) fn polled_again() -> ! {
    panic!("a call under a limit was polled after its end")
}
