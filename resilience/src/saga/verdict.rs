//! Asking an error for its verdict, whether or not its type can tell.

use crate::classify::{Classify, Verdict};

/// `Ask(error).verdict()` is the verdict of an error that is [`Classify`], and `None` of any
/// other; both traits below must be in scope. The method is looked for by value first, where
/// only [`VerdictOf`] fits, and by reference after that, where [`NoVerdict`] always does.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a, E: ?Sized>(pub &'a E);

/// The error can tell.
pub trait VerdictOf: Sized {
    /// Its verdict.
    fn verdict(self) -> Option<Verdict>;
}

/// The error cannot tell.
pub trait NoVerdict: Sized {
    /// `None`.
    fn verdict(self) -> Option<Verdict>;
}

impl<E: Classify + ?Sized> VerdictOf for Ask<'_, E> {
    fn verdict(self) -> Option<Verdict> {
        Some(self.0.classify())
    }
}

impl<E: ?Sized> NoVerdict for &Ask<'_, E> {
    fn verdict(self) -> Option<Verdict> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Ask, NoVerdict as _, VerdictOf as _};
    use crate::{Rejection, Verdict};

    #[test]
    fn only_classified_errors_answer() {
        let full = Rejection::BulkheadFull { site: "s" };
        assert_eq!(Ask(&full).verdict(), Some(Verdict::retryable()));
        assert_eq!(Ask("text").verdict(), None);
        assert_eq!(Ask(&String::new()).verdict(), None);
    }
}
