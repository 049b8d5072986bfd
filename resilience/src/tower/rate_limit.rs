//! `rate_limit` as a layer.

use resilience_policy::{Layer, Violation};
use tower_service::Service;

use super::{Around, Boxed, PolicyLayer, checked};
use crate::{
    rate_limit::{RateLimit, RateLimitLayer},
    rejection::Rejection,
    site::Site,
};

/// The policy of [`rate_limit`].
#[derive(Debug, Clone, Copy)]
pub struct RateLimitPolicy {
    site: &'static Site,
    limit: &'static RateLimit,
}

/// Lets no more calls through than so many in so long: `#[rate_limit(API)]`.
///
/// The state is that of the `static`, shared with every function and service that names it. A call
/// that waits for its turn holds the service, which was ready before.
///
/// # Errors
///
/// A policy that breaks a rule.
///
/// ```
/// use std::time::Duration;
///
/// use resilience::{RateLimit, tower::rate_limit};
///
/// static API: RateLimit = RateLimit::new("api").rate(100, Duration::from_secs(1));
/// static NEVER: RateLimit = RateLimit::new("never").rate(0, Duration::from_secs(1));
///
/// assert!(rate_limit(&API).is_ok());
/// assert_eq!(rate_limit(&NEVER).unwrap_err().rule().number(), 3);
/// ```
#[expect(
    clippy::result_large_err,
    reason = "made once, when the service is put together"
)]
pub fn rate_limit(limit: &'static RateLimit) -> Result<PolicyLayer<RateLimitPolicy>, Violation> {
    let rule = Layer::RateLimit {
        policy: Some(*limit.policy()),
    };
    let site = Site::named(limit.name());
    checked(rule, RateLimitPolicy { site, limit })
}

impl<S, Q> Around<S, Q> for RateLimitPolicy
where
    S: Service<Q> + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: From<Rejection> + Send,
    Q: Send + 'static,
{
    fn call(&self, mut service: S, request: Q) -> Boxed<S, Q> {
        let Self { site, limit } = *self;
        Box::pin(async move {
            let layer = || RateLimitLayer {
                site,
                policy: limit.policy(),
                limit: None,
                call: None,
            };
            let inner = async { service.call(request).await };
            let reject = |it: Rejection| Err(S::Error::from(it));
            crate::rate_limit::rate_limit(layer, || limit, inner, reject).await
        })
    }
}
