//! HTTP answers as errors: feature `http`.
//!
//! A client that turns a bad status into an error usually drops the headers, and with them the
//! delay that the server asked for. [`ResponseExt::classified`] keeps both.

use std::{
    error::Error,
    fmt,
    time::{Duration, SystemTime},
};

use ::http::{HeaderMap, Response, StatusCode};

use super::{Classify, Verdict, retry_after};

impl Verdict {
    /// The verdict on an answer: [`from_status`](Self::from_status), with the delay that its
    /// headers ask for.
    ///
    /// `Retry-After` is read as seconds (with a fraction, if need be) and as a date, which counts
    /// from the answer's `Date` header; `retry-after-ms`, `x-ms-retry-after-ms` and
    /// `x-amz-retry-after` as milliseconds. Of several values the largest counts; what can't be
    /// read is ignored.
    ///
    /// ```
    /// use std::time::Duration;
    /// use http::{HeaderMap, HeaderValue, StatusCode};
    /// use resilience::Verdict;
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("retry-after", HeaderValue::from_static("3"));
    /// let verdict = Verdict::from_response(StatusCode::TOO_MANY_REQUESTS, &headers);
    /// assert_eq!(verdict, Verdict::throttled().after(Duration::from_secs(3)));
    /// ```
    #[must_use]
    pub fn from_response(status: StatusCode, headers: &HeaderMap) -> Self {
        Self::from_status(
            status.as_u16(),
            retry_after::delay(headers, SystemTime::now()),
        )
    }
}

/// By the table of [`Verdict::from_status`].
impl Classify for StatusCode {
    fn classify(&self) -> Verdict {
        Verdict::from_status(self.as_u16(), None)
    }
}

/// An answer whose status is an error, with the delay that the server asked for.
///
/// It holds no URL, no header and no body, so that it can be logged. Its verdict is that of
/// [`Verdict::from_response`].
///
/// ```
/// use std::time::Duration;
/// use http::{HeaderMap, StatusCode};
/// use resilience::{Classify, http::StatusError};
///
/// let error = StatusError::new(StatusCode::BAD_GATEWAY, &HeaderMap::new());
/// assert!(error.classify().is_retryable());
/// assert_eq!(error.retry_after(), None);
/// assert_eq!(error.to_string(), "HTTP status 502 Bad Gateway");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusError {
    status: StatusCode,
    verdict: Verdict,
}

impl StatusError {
    /// The error for an answer with this status and these headers.
    #[must_use]
    pub fn new(status: StatusCode, headers: &HeaderMap) -> Self {
        Self {
            status,
            verdict: Verdict::from_response(status, headers),
        }
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// How long the server asked to wait; `None` if it did not ask, or if calling again is no use.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.verdict.after
    }
}

impl fmt::Display for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP status {}", self.status.as_str())?;
        if let Some(reason) = self.status.canonical_reason() {
            write!(f, " {reason}")?;
        }
        match self.verdict.after {
            Some(delay) => write!(f, ", retry after {delay:?}"),
            None => Ok(()),
        }
    }
}

impl Error for StatusError {}

impl Classify for StatusError {
    fn classify(&self) -> Verdict {
        self.verdict
    }
}

/// Turns an answer with a bad status into an error that says what it means.
///
/// For `http::Response` and, with the feature `reqwest`, for
/// `reqwest::Response`.
///
/// ```
/// use resilience::{Classify, http::{ResponseExt, StatusError}};
///
/// #[derive(Debug, thiserror::Error, Classify)]
/// enum ApiError {
///     #[error(transparent)]
///     #[inherit]
///     Status(#[from] StatusError),
/// }
///
/// fn read(response: http::Response<String>) -> Result<String, ApiError> {
///     Ok(response.classified()?.into_body())
/// }
///
/// let busy = http::Response::builder().status(429).header("retry-after", "2");
/// let error = read(busy.body(String::new())?).unwrap_err();
/// assert_eq!(error.classify().after, Some(std::time::Duration::from_secs(2)));
/// # Ok::<(), http::Error>(())
/// ```
pub trait ResponseExt: Sized + sealed::Sealed {
    /// The answer itself, or an error if its status is 4xx or 5xx.
    ///
    /// # Errors
    ///
    /// [`StatusError`], with the status and the delay of the answer.
    fn classified(self) -> Result<Self, StatusError>;
}

impl<B> ResponseExt for Response<B> {
    fn classified(self) -> Result<Self, StatusError> {
        check(self.status(), self.headers()).map(|()| self)
    }
}

pub(super) fn check(status: StatusCode, headers: &HeaderMap) -> Result<(), StatusError> {
    if status.is_client_error() || status.is_server_error() {
        return Err(StatusError::new(status, headers));
    }
    Ok(())
}

pub(super) mod sealed {
    /// Methods may be added without breaking anybody.
    pub trait Sealed {}

    impl<B> Sealed for ::http::Response<B> {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)]) -> Response<&'static str> {
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body("body").unwrap()
    }

    #[test]
    fn only_4xx_and_5xx_are_errors() {
        for status in 100..=999 {
            let result = answer(status, &[]).classified();
            assert_eq!(result.is_err(), (400..=599).contains(&status), "{status}");
        }
        assert_eq!(*answer(200, &[]).classified().unwrap().body(), "body");
    }

    #[test]
    fn the_error_keeps_status_and_delay() {
        let error = answer(503, &[("retry-after", "4")])
            .classified()
            .unwrap_err();
        assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(4)));
        assert_eq!(
            error.classify(),
            Verdict::throttled()
                .after(Duration::from_secs(4))
                .in_doubt()
        );
        assert_eq!(
            error.to_string(),
            "HTTP status 503 Service Unavailable, retry after 4s"
        );
        let error = answer(599, &[("retry-after", "never")])
            .classified()
            .unwrap_err();
        assert_eq!(error.to_string(), "HTTP status 599");
    }

    #[test]
    fn a_status_alone_is_classified_by_the_table() {
        assert_eq!(StatusCode::NOT_FOUND.classify(), Verdict::permanent());
        assert_eq!(
            StatusCode::TOO_MANY_REQUESTS.classify(),
            Verdict::throttled()
        );
    }

    #[test]
    fn a_date_without_a_date_header_counts_from_the_clock() {
        let error = answer(429, &[("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")]);
        let delay = error.classified().unwrap_err().retry_after().unwrap();
        assert!(
            delay > Duration::from_secs(7000 * 365 * 86_400),
            "{delay:?}"
        );
    }
}
