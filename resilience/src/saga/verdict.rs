//! Asking an error for its verdict, whether or not its type can tell.

use std::ops::Deref;

use crate::classify::{Classify, Verdict};

/// `Ask(error).verdict()` is the verdict of an error that is [`Classify`], and `None` of any
/// other: the method is looked for on `Ask` first, and where its bound does not hold, on what
/// `Ask` dereferences to. So the glue imports nothing.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a, E: ?Sized>(pub &'a E);

impl<E: Classify + ?Sized> Ask<'_, E> {
    /// The error's verdict.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        Some(self.0.classify())
    }
}

/// Answers for an error that cannot tell.
#[derive(Debug, Clone, Copy)]
pub struct NoVerdict;

impl NoVerdict {
    /// `None`.
    #[must_use]
    pub const fn verdict(&self) -> Option<Verdict> {
        None
    }
}

impl<E: ?Sized> Deref for Ask<'_, E> {
    type Target = NoVerdict;

    fn deref(&self) -> &NoVerdict {
        &NoVerdict
    }
}

#[cfg(test)]
mod tests {
    use super::Ask;
    use crate::{Classify, Rejection, Verdict};

    fn generic<E: Classify>(error: &E) -> Option<Verdict> {
        Ask(error).verdict()
    }

    fn unbounded<E>(error: &E) -> Option<Verdict> {
        Ask(error).verdict()
    }

    #[test]
    fn only_classified_errors_answer() {
        let full = Rejection::BulkheadFull { site: "s" };
        assert_eq!(Ask(&full).verdict(), Some(Verdict::retryable()));
        assert_eq!(generic(&full), Some(Verdict::retryable()));
        assert_eq!(unbounded(&full), None);
        assert_eq!(Ask("text").verdict(), None);
        assert_eq!(Ask(&String::new()).verdict(), None);
    }
}
