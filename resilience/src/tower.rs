//! Policies as layers of [`tower`](https://docs.rs/tower) (feature `tower`).
//!
//! The same policies, state and events as behind the attributes, around any `Service`. As in a
//! `ServiceBuilder` the first layer is the outermost. What a policy asks of the service's error is
//! what the attribute asks: `From<Rejection>` where a layer can reject, [`Classify`] where nothing
//! else says which errors it is for ([`when`](PolicyLayer::when) does).
//!
//! A policy that cannot work is a [`Violation`], with the rulebook's own words.
//!
//! ```
//! use std::time::Duration;
//!
//! use resilience::{Circuit, Classify, Rejection, Retry, tower as policies};
//! use tower::{Service, ServiceBuilder, ServiceExt, service_fn};
//!
//! #[derive(Debug, thiserror::Error, Classify)]
//! enum ApiError {
//!     #[error("busy")]
//!     #[retryable]
//!     Busy,
//!     #[error(transparent)]
//!     #[inherit]
//!     Rejected(#[from] Rejection),
//! }
//!
//! static API: Circuit = Circuit::new("api").failures(5);
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut api = ServiceBuilder::new()
//!     .layer(policies::retry("api", Retry::new().max(2))?)
//!     .layer(policies::circuit(&API)?)
//!     .layer(policies::timeout("api", Duration::from_secs(30))?)
//!     .service(service_fn(|n: u32| async move { Ok::<u32, ApiError>(n + 1) }));
//! assert_eq!(api.ready().await?.call(1).await?, 2);
//! # Ok(())
//! # }
//! ```
//!
//! Unlike attributes on one function, layers of `tower` do not know each other: a `timeout` around a
//! `circuit` or a `retry` drops the call without their hearing of it, so put it inside; and a circuit
//! counts the rejection of a layer inside as what its filter says of the error.
//!
//! Each layer costs one allocation a call, for the future; the attributes cost none.

mod bulkhead;
mod circuit;
mod hedge;
mod rate_limit;
mod retry;
mod service;
mod timeout;

use std::sync::Mutex;

use resilience_policy::{Layer, Stack, Violation};

pub use self::{
    bulkhead::{BulkheadPolicy, bulkhead},
    circuit::{CircuitPolicy, circuit},
    hedge::{HedgePolicy, hedge},
    rate_limit::{RateLimitPolicy, rate_limit},
    retry::{RetryPolicy, retry},
    service::{Around, Boxed, PolicyLayer, PolicyService},
    timeout::{TimeoutPolicy, timeout},
};
use crate::{
    classify::{Classify, Verdict},
    retry::{Asked, by_class},
    site::locked,
};

/// Which errors a policy is for.
pub trait Filter<E>: Clone + Send + Sync + 'static {
    #[doc(hidden)]
    fn asked(&self, error: &E) -> Asked;
}

/// The errors whose verdict says that another attempt may succeed: `on = Retryable`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Retryable;

impl<E: Classify> Filter<E> for Retryable {
    fn asked(&self, error: &E) -> Asked {
        by_class(error, Verdict::is_retryable)
    }
}

/// The errors of which a function says so: see [`PolicyLayer::when`].
#[derive(Debug, Clone, Copy)]
pub struct When<F>(F);

impl<E, F> Filter<E> for When<F>
where
    F: Fn(&E) -> bool + Clone + Send + Sync + 'static,
{
    fn asked(&self, error: &E) -> Asked {
        Asked::plain((self.0)(error))
    }
}

/// The policy, if it breaks no rule.
#[expect(
    clippy::result_large_err,
    reason = "made once, when the service is put together"
)]
fn checked<P>(rule: Layer, policy: P) -> Result<PolicyLayer<P>, Violation> {
    Stack::new(&[rule]).check()?;
    Ok(PolicyLayer::new(policy))
}

/// What belongs to a name.
type Named<T> = Vec<(&'static str, &'static T)>;

/// What belongs to this name. There are as many as the program has names.
fn of_name<T>(all: &Mutex<Named<T>>, name: &'static str, new: fn() -> T) -> &'static T {
    let mut all = locked(all);
    if let Some((_, known)) = all.iter().find(|(known, _)| *known == name) {
        return known;
    }
    let new: &'static T = Box::leak(Box::new(new()));
    all.push((name, new));
    new
}
