//! `circuit` as a layer.

use resilience_policy::{Layer, Violation};
use tower_service::Service;

use super::{Around, Boxed, Filter, PolicyLayer, Retryable, When, checked};
use crate::{
    circuit::{Circuit, CircuitLayer},
    outcome::error_of,
    rejection::Rejection,
    site::Site,
};

/// The policy of [`circuit`].
#[derive(Debug, Clone, Copy)]
pub struct CircuitPolicy<F = Retryable> {
    site: &'static Site,
    circuit: &'static Circuit,
    filter: F,
}

/// Rejects calls while what they call is down: `#[circuit(PAYMENTS)]`.
///
/// The state is that of the `static`, shared with every function and service that names it.
///
/// # Errors
///
/// A policy that breaks a rule.
///
/// ```
/// use resilience::{Circuit, tower::circuit};
///
/// static PAYMENTS: Circuit = Circuit::new("payments").failures(5);
/// static NEVER: Circuit = Circuit::new("never").failures(5).probes(0);
///
/// assert!(circuit(&PAYMENTS).is_ok());
/// assert_eq!(circuit(&NEVER).unwrap_err().rule().number(), 3);
/// ```
#[expect(
    clippy::result_large_err,
    reason = "made once, when the service is put together"
)]
pub fn circuit(circuit: &'static Circuit) -> Result<PolicyLayer<CircuitPolicy>, Violation> {
    let rule = Layer::Circuit {
        policy: Some(*circuit.policy()),
        own: false,
    };
    let policy = CircuitPolicy {
        site: Site::named(circuit.name()),
        circuit,
        filter: Retryable,
    };
    checked(rule, policy)
}

impl<F> PolicyLayer<CircuitPolicy<F>> {
    /// Which errors are failures, in place of those that are [`Retryable`].
    #[must_use]
    pub fn when<W>(self, when: W) -> PolicyLayer<CircuitPolicy<When<W>>> {
        self.map(|CircuitPolicy { site, circuit, .. }| CircuitPolicy {
            site,
            circuit,
            filter: When(when),
        })
    }
}

impl<S, Q, F> Around<S, Q> for CircuitPolicy<F>
where
    S: Service<Q> + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: From<Rejection> + Send,
    Q: Send + 'static,
    F: Filter<S::Error>,
{
    fn call(&self, mut service: S, request: Q) -> Boxed<S, Q> {
        let Self {
            site,
            circuit,
            filter,
        } = self.clone();
        Box::pin(async move {
            let layer = || CircuitLayer {
                site,
                policy: circuit.policy(),
                limit: None,
                call: None,
            };
            let inner = async { service.call(request).await };
            let reject = |it: Rejection| Err(S::Error::from(it));
            let on = |error: &S::Error| filter.asked(error);
            crate::circuit::circuit(layer, || circuit, on, inner, reject, error_of).await
        })
    }
}
