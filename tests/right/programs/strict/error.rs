//! The error of all cases.

use resilience::{Classify, Rejection, Verdict};

/// What can go wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Try again.
    Busy,
    /// A layer refused.
    Rejected(Rejection),
}

impl Classify for Error {
    fn classify(&self) -> Verdict {
        match *self {
            Self::Busy => Verdict::retryable(),
            Self::Rejected(ref rejection) => rejection.classify(),
        }
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}
