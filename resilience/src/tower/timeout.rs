//! `timeout` as a layer.

use std::time::Duration;

use resilience_policy::{Layer, Violation};
use tower_service::Service;

use super::{Around, Boxed, PolicyLayer, checked};
use crate::{rejection::Rejection, site::Site};

/// The policy of [`timeout`].
#[derive(Debug, Clone, Copy)]
pub struct TimeoutPolicy {
    site: &'static Site,
    after: Duration,
}

/// At expiry the call is dropped, and [`Rejection::TimedOut`] returned: `#[timeout(…)]`.
///
/// Above a retry it limits the whole call, below it each attempt. `name` names it in events and
/// rejections.
///
/// # Errors
///
/// A time of zero.
///
/// ```
/// use std::time::Duration;
///
/// use resilience::tower::timeout;
///
/// assert!(timeout("api", Duration::from_secs(3)).is_ok());
/// assert_eq!(timeout("api", Duration::ZERO).unwrap_err().rule().number(), 2);
/// ```
#[expect(
    clippy::result_large_err,
    reason = "made once, when the service is put together"
)]
pub fn timeout(
    name: &'static str,
    after: Duration,
) -> Result<PolicyLayer<TimeoutPolicy>, Violation> {
    let site = Site::named(name);
    checked(Layer::timeout(after), TimeoutPolicy { site, after })
}

impl<S, Q> Around<S, Q> for TimeoutPolicy
where
    S: Service<Q> + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: From<Rejection> + Send,
    Q: Send + 'static,
{
    fn call(&self, mut service: S, request: Q) -> Boxed<S, Q> {
        let Self { site, after } = *self;
        Box::pin(async move {
            let inner = service.call(request);
            let reject = |it: Rejection| Err(S::Error::from(it));
            crate::timeout::timeout(site, || after, None, inner, reject).await
        })
    }
}
