//! Types that the cases share.

use resilience::{Classify, Rejection, Verdict};

#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    Busy,
    Rejected(Rejection),
}

impl Classify for Error {
    fn classify(&self) -> Verdict {
        Verdict::retryable()
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}
