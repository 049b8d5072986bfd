//! What a [`reqwest::Error`](::reqwest::Error) means: feature `reqwest`.

#[cfg(test)]
mod tests;

use std::io::{self, ErrorKind};

use super::{
    Classify, Verdict,
    http::{ResponseExt, StatusError, check, sealed},
    io::find,
};
use crate::rejection::Rejection;

/// Where it is certain that nothing was sent, the effect is none; everywhere else in doubt.
///
/// The error of `error_for_status` knows the status, but the headers are gone, and `Retry-After`
/// with them: use [`ResponseExt::classified`] instead.
impl Classify for ::reqwest::Error {
    fn classify(&self) -> Verdict {
        if let Some(rejection) = find::<Rejection>(self) {
            return rejection.classify();
        }
        if let Some(status) = self.status() {
            return status.classify();
        }
        if self.is_builder() {
            return Verdict::permanent();
        }
        if self.is_connect() {
            return connecting(find(self));
        }
        if self.is_timeout() {
            return Verdict::retryable().in_doubt();
        }
        // The server answered, and what it was asked to do may be done.
        if self.is_redirect() || self.is_upgrade() {
            return Verdict::permanent().in_doubt();
        }
        match find::<io::Error>(self) {
            Some(cause) => cause.classify().in_doubt(),
            // A whole answer of an unexpected shape: it will look the same next time.
            None if self.is_decode() => Verdict::permanent().in_doubt(),
            None => Verdict::retryable().in_doubt(),
        }
    }
}

/// No connection, so nothing was sent. TLS reports a certificate it refuses as invalid data.
fn connecting(cause: Option<&io::Error>) -> Verdict {
    match cause.map(io::Error::kind) {
        Some(ErrorKind::InvalidData | ErrorKind::InvalidInput) => Verdict::permanent(),
        _ => Verdict::retryable(),
    }
}

impl sealed::Sealed for ::reqwest::Response {}

/// As `error_for_status`, but the error knows what the server asked for.
///
/// ```no_run
/// use resilience::{Classify, http::{ResponseExt, StatusError}};
///
/// #[derive(Debug, thiserror::Error, Classify)]
/// enum ApiError {
///     #[error("no answer")]
///     #[inherit]
///     Transport(#[from] reqwest::Error),
///     #[error(transparent)]
///     #[inherit]
///     Status(#[from] StatusError),
/// }
///
/// async fn load(client: &reqwest::Client, url: &str) -> Result<String, ApiError> {
///     Ok(client.get(url).send().await?.classified()?.text().await?)
/// }
/// ```
impl ResponseExt for ::reqwest::Response {
    fn classified(self) -> Result<Self, StatusError> {
        check(self.status(), self.headers()).map(|()| self)
    }
}
