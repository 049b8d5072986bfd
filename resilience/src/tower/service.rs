//! A policy around a service.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tower_layer::Layer;
use tower_service::Service;

/// The future of a call.
pub type Boxed<S, Q> = Pin<
    Box<dyn Future<Output = Result<<S as Service<Q>>::Response, <S as Service<Q>>::Error>> + Send>,
>;

/// What a policy makes of a call of the service `S` with the request `Q`.
pub trait Around<S: Service<Q>, Q> {
    #[doc(hidden)]
    fn call(&self, service: S, request: Q) -> Boxed<S, Q>;
}

/// A policy as a `tower::Layer`.
#[derive(Debug, Clone)]
pub struct PolicyLayer<P>(P);

impl<P> PolicyLayer<P> {
    pub(super) const fn new(policy: P) -> Self {
        Self(policy)
    }

    pub(super) fn map<R>(self, change: impl FnOnce(P) -> R) -> PolicyLayer<R> {
        PolicyLayer(change(self.0))
    }
}

impl<S, P: Clone> Layer<S> for PolicyLayer<P> {
    type Service = PolicyService<S, P>;

    fn layer(&self, inner: S) -> PolicyService<S, P> {
        PolicyService {
            inner,
            policy: self.0.clone(),
        }
    }
}

/// A service under a policy.
#[derive(Debug, Clone)]
pub struct PolicyService<S, P> {
    inner: S,
    policy: P,
}

impl<S, P, Q> Service<Q> for PolicyService<S, P>
where
    S: Service<Q> + Clone,
    P: Around<S, Q>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Boxed<S, Q>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Q) -> Boxed<S, Q> {
        // The one that is ready makes the call; a clone of it need not be.
        let next = self.inner.clone();
        let ready = std::mem::replace(&mut self.inner, next);
        self.policy.call(ready, request)
    }
}
