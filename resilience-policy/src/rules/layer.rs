//! The layers, as the rules see them.

use std::time::Duration;

use crate::{
    bulkhead::Bulkhead, cache::Cache, circuit::Circuit, hedge::Hedge, idempotent::Idempotent,
    rate_limit::RateLimit, retry::Retry,
};

/// A layer of a stack, as the rules see it. `None` stands for values that are not known yet.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Layer {
    /// `retry`
    Retry {
        /// Its values.
        policy: Option<Retry>,
        /// Whether it waits for the delay that an error asks for.
        asks: bool,
    },
    /// `timeout`
    Timeout {
        /// How long what lies inside may take.
        after: Option<Duration>,
        /// Whether it asks for proof that everything inside fits.
        fits: bool,
    },
    /// `fallback`
    Fallback {
        /// Whether it says which errors it is for.
        on: bool,
        /// Whether it calls functions, whose time nobody knows.
        calls: bool,
    },
    /// `circuit`
    Circuit {
        /// Its values.
        policy: Option<Circuit>,
        /// Whether its state is its own: neither keyed nor shared.
        own: bool,
    },
    /// `rate_limit`
    RateLimit {
        /// Its values.
        policy: Option<RateLimit>,
    },
    /// `bulkhead`
    Bulkhead {
        /// Its values.
        policy: Option<Bulkhead>,
        /// Whether its slots are its own: neither keyed nor shared.
        own: bool,
    },
    /// `hedge`
    Hedge {
        /// Its values.
        policy: Option<Hedge>,
    },
    /// `cache`
    Cache {
        /// Its values.
        policy: Option<Cache>,
        /// Whether it knows calls apart: by its `key`, or by all arguments of a function.
        keyed: bool,
    },
    /// `idempotent`
    Idempotent {
        /// Its values.
        policy: Option<Idempotent>,
        /// Whether it has a `key`.
        keyed: bool,
    },
    /// `compensate`
    Compensate,
    /// `saga`
    Saga,
}

impl Layer {
    /// A retry whose values are known, and which waits for the delay that an error asks for.
    #[must_use]
    pub const fn retry(policy: Retry) -> Self {
        Self::Retry {
            policy: Some(policy),
            asks: true,
        }
    }

    /// A timeout whose value is known.
    #[must_use]
    pub const fn timeout(after: Duration) -> Self {
        Self::Timeout {
            after: Some(after),
            fits: false,
        }
    }

    /// The same without its values.
    pub(super) const fn forgotten(self) -> Self {
        match self {
            Self::Retry { asks, .. } => Self::Retry { policy: None, asks },
            Self::Timeout { fits, .. } => Self::Timeout { after: None, fits },
            Self::Circuit { own, .. } => Self::Circuit { policy: None, own },
            Self::Hedge { .. } => Self::Hedge { policy: None },
            Self::Cache { keyed, .. } => Self::Cache {
                policy: None,
                keyed,
            },
            Self::Idempotent { keyed, .. } => Self::Idempotent {
                policy: None,
                keyed,
            },
            Self::RateLimit { .. } => Self::RateLimit { policy: None },
            Self::Bulkhead { own, .. } => Self::Bulkhead { policy: None, own },
            other => other,
        }
    }

    /// The word of the attribute.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Retry { .. } => "retry",
            Self::Timeout { .. } => "timeout",
            Self::Fallback { .. } => "fallback",
            Self::Circuit { .. } => "circuit",
            Self::RateLimit { .. } => "rate_limit",
            Self::Bulkhead { .. } => "bulkhead",
            Self::Hedge { .. } => "hedge",
            Self::Cache { .. } => "cache",
            Self::Idempotent { .. } => "idempotent",
            Self::Compensate => "compensate",
            Self::Saga => "saga",
        }
    }

    pub(super) const fn same_kind(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::Retry { .. }, Self::Retry { .. })
                | (Self::Timeout { .. }, Self::Timeout { .. })
                | (Self::Fallback { .. }, Self::Fallback { .. })
                | (Self::Circuit { .. }, Self::Circuit { .. })
                | (Self::RateLimit { .. }, Self::RateLimit { .. })
                | (Self::Bulkhead { .. }, Self::Bulkhead { .. })
                | (Self::Hedge { .. }, Self::Hedge { .. })
                | (Self::Cache { .. }, Self::Cache { .. })
                | (Self::Idempotent { .. }, Self::Idempotent { .. })
                | (Self::Compensate, Self::Compensate)
                | (Self::Saga, Self::Saga)
        )
    }
}
