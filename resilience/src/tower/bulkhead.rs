//! `bulkhead` as a layer.

use resilience_policy::{Layer, Violation};
use tower_service::Service;

use super::{Around, Boxed, PolicyLayer, checked};
use crate::{
    bulkhead::{Bulkhead, BulkheadLayer, Queue},
    rejection::Rejection,
    site::Site,
};

/// The policy of [`bulkhead`].
#[derive(Debug, Clone, Copy)]
pub struct BulkheadPolicy {
    site: &'static Site,
    bulkhead: &'static Bulkhead,
}

/// Runs no more calls at once than so many: `#[bulkhead(DB)]`.
///
/// The slots are those of the `static`, shared with every function and service that names it. A
/// call that waits for a slot holds the service, which was ready before.
///
/// # Errors
///
/// A policy that breaks a rule.
///
/// ```
/// use resilience::{Bulkhead, tower::bulkhead};
///
/// static DB: Bulkhead = Bulkhead::new("db").max(10);
/// static NEVER: Bulkhead = Bulkhead::new("never").max(0);
///
/// assert!(bulkhead(&DB).is_ok());
/// assert_eq!(bulkhead(&NEVER).unwrap_err().rule().number(), 3);
/// ```
#[expect(
    clippy::result_large_err,
    reason = "made once, when the service is put together"
)]
pub fn bulkhead(bulkhead: &'static Bulkhead) -> Result<PolicyLayer<BulkheadPolicy>, Violation> {
    let rule = Layer::Bulkhead {
        policy: Some(*bulkhead.policy()),
        own: false,
    };
    let site = Site::named(bulkhead.name());
    checked(rule, BulkheadPolicy { site, bulkhead })
}

impl<S, Q> Around<S, Q> for BulkheadPolicy
where
    S: Service<Q> + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: From<Rejection> + Send,
    Q: Send + 'static,
{
    fn call(&self, mut service: S, request: Q) -> Boxed<S, Q> {
        let Self { site, bulkhead } = *self;
        Box::pin(async move {
            let layer = || BulkheadLayer {
                site,
                policy: bulkhead.policy(),
                call: None,
            };
            let inner = async { service.call(request).await };
            let reject = |it: Rejection| Err(S::Error::from(it));
            crate::bulkhead::bulkhead::<_, Queue, _, _, _, _>(layer, || bulkhead, inner, reject)
                .await
        })
    }
}
