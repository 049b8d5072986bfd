//! A layer's own refusal.

use std::{borrow::Cow, error::Error, fmt, io, time::Duration};

use crate::classify::{Classify, Verdict};

/// A layer refused or cut off a call.
///
/// A function under a layer that can reject needs an error type with `From<Rejection>`: one
/// `#[from]` variant does it. `Box<dyn Error + Send + Sync>`, `anyhow::Error` and [`io::Error`]
/// have it already.
///
/// ```
/// use resilience::Rejection;
///
/// #[derive(Debug, thiserror::Error)]
/// enum ApiError {
///     #[error(transparent)]
///     Rejected(#[from] Rejection),
/// }
///
/// let error = ApiError::from(Rejection::BulkheadFull { site: "api::load" });
/// assert_eq!(error.to_string(), "`api::load` is full");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// A `timeout` expired; the body had been dropped before this was made.
    TimedOut {
        /// The annotated function.
        site: &'static str,
        /// The limit that passed.
        after: Duration,
    },
    /// A circuit is open.
    CircuitOpen {
        /// The annotated function.
        site: &'static str,
        /// The rest of the cooldown; `None` while the circuit is forced open or its probes run.
        retry_after: Option<Duration>,
    },
    /// A rate limit is used up.
    RateLimited {
        /// The annotated function.
        site: &'static str,
        /// When the next call would be admitted.
        retry_after: Option<Duration>,
    },
    /// A bulkhead has no free slot.
    BulkheadFull {
        /// The annotated function.
        site: &'static str,
    },
    /// What keeps the results of an `idempotent` function cannot take the call; the body has not
    /// run.
    StoreFailed {
        /// The annotated function.
        site: &'static str,
        /// Why: no room, or a store that failed. What a store has to say is for the store to log.
        // Of the variants one at most may have a destructor: with two, every future that can be
        // rejected costs more.
        reason: &'static str,
    },
    /// A value computed at run time breaks a rule; the body has not run.
    Misconfigured {
        /// The annotated function.
        site: &'static str,
        /// The rule that is broken, in the same words the compiler would use.
        reason: Cow<'static, str>,
    },
}

impl Rejection {
    /// Whether a `timeout` expired.
    #[must_use]
    pub const fn is_timed_out(&self) -> bool {
        matches!(self, Self::TimedOut { .. })
    }

    /// Whether a circuit is open.
    #[must_use]
    pub const fn is_circuit_open(&self) -> bool {
        matches!(self, Self::CircuitOpen { .. })
    }

    /// Whether a rate limit is used up.
    #[must_use]
    pub const fn is_rate_limited(&self) -> bool {
        matches!(self, Self::RateLimited { .. })
    }

    /// Whether a bulkhead is full.
    #[must_use]
    pub const fn is_bulkhead_full(&self) -> bool {
        matches!(self, Self::BulkheadFull { .. })
    }

    /// Whether what keeps the results of an `idempotent` function could not take the call.
    #[must_use]
    pub const fn is_store_failed(&self) -> bool {
        matches!(self, Self::StoreFailed { .. })
    }

    /// How long to wait before the next call has a chance, where that is known.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::CircuitOpen { retry_after, .. } | Self::RateLimited { retry_after, .. } => {
                *retry_after
            }
            _ => None,
        }
    }

    /// The name of the annotated function whose layer rejected.
    #[must_use]
    pub const fn site(&self) -> &'static str {
        match self {
            Self::TimedOut { site, .. }
            | Self::CircuitOpen { site, .. }
            | Self::RateLimited { site, .. }
            | Self::BulkheadFull { site }
            | Self::StoreFailed { site, .. }
            | Self::Misconfigured { site, .. } => site,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let retry = |f: &mut fmt::Formatter<'_>, after: &Option<Duration>| match after {
            Some(after) => write!(f, ", retry after {after:?}"),
            None => Ok(()),
        };
        match self {
            Self::TimedOut { site, after } => write!(f, "`{site}` timed out after {after:?}"),
            Self::CircuitOpen { site, retry_after } => {
                write!(f, "the circuit of `{site}` is open")?;
                retry(f, retry_after)
            }
            Self::RateLimited { site, retry_after } => {
                write!(f, "`{site}` is rate limited")?;
                retry(f, retry_after)
            }
            Self::BulkheadFull { site } => write!(f, "`{site}` is full"),
            Self::StoreFailed { site, reason } => {
                write!(f, "the results of `{site}` cannot be kept: {reason}")
            }
            Self::Misconfigured { site, reason } => {
                write!(f, "the policy of `{site}` cannot work: {reason}")
            }
        }
    }
}

impl Error for Rejection {}

impl Classify for Rejection {
    fn classify(&self) -> Verdict {
        match self {
            Self::TimedOut { .. } => Verdict::retryable().in_doubt(),
            Self::CircuitOpen { retry_after, .. } => Verdict::permanent().after_opt(*retry_after),
            Self::RateLimited { retry_after, .. } => Verdict::throttled().after_opt(*retry_after),
            Self::BulkheadFull { .. } | Self::StoreFailed { .. } => Verdict::retryable(),
            Self::Misconfigured { .. } => Verdict::permanent(),
        }
    }
}

impl From<Rejection> for io::Error {
    fn from(rejection: Rejection) -> Self {
        let kind = match rejection {
            Rejection::TimedOut { .. } => io::ErrorKind::TimedOut,
            Rejection::CircuitOpen { .. } => io::ErrorKind::ConnectionRefused,
            Rejection::RateLimited { .. } | Rejection::BulkheadFull { .. } => {
                io::ErrorKind::WouldBlock
            }
            Rejection::StoreFailed { .. } => io::ErrorKind::Other,
            Rejection::Misconfigured { .. } => io::ErrorKind::InvalidInput,
        };
        Self::new(kind, rejection)
    }
}
