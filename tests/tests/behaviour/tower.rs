//! Policies around services.

mod hedge;
mod limits;

use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures::future::BoxFuture;
use resilience::{Circuit, Jitter, Rejection, Retry, Schedule, testing::Script, tower as policies};
use tower::{BoxError, Service, ServiceBuilder, ServiceExt};

use crate::dependency::Error;

/// A service that does what a script says, and is ready for one call at a time.
struct Scripted {
    script: Arc<Script<u32, Error>>,
    ready: bool,
}

impl Scripted {
    fn new(script: Script<u32, Error>) -> Self {
        let script = Arc::new(script);
        Self {
            script,
            ready: false,
        }
    }
}

impl Clone for Scripted {
    fn clone(&self) -> Self {
        Self {
            script: Arc::clone(&self.script),
            ready: false,
        }
    }
}

impl Service<u32> for Scripted {
    type Response = u32;
    type Error = Error;
    type Future = BoxFuture<'static, Result<u32, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: u32) -> Self::Future {
        assert!(
            std::mem::take(&mut self.ready),
            "called before it was ready"
        );
        let script = Arc::clone(&self.script);
        Box::pin(async move { script.call().await.map(|answer| answer + request) })
    }
}

fn every_second(max: u32) -> Retry {
    let backoff = Schedule::constant(Duration::from_secs(1));
    Retry::new().max(max).backoff(backoff).jitter(Jitter::None)
}

#[tokio::test(start_paused = true)]
async fn a_retry_makes_every_call_of_a_service_that_is_ready() {
    let service = Scripted::new(Script::new().fail_times(2, Error::Busy).ok(7));
    let script = Arc::clone(&service.script);
    let retry = policies::retry("tower_retry", every_second(3)).unwrap();
    let mut service = ServiceBuilder::new().layer(retry).service(service);
    let start = tokio::time::Instant::now();
    assert_eq!(service.ready().await.unwrap().call(1).await, Ok(8));
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    assert_eq!(script.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_and_one_that_when_does_not_want_are_returned_at_once() {
    let retry = || policies::retry("tower_when", every_second(3)).unwrap();
    let service = Scripted::new(Script::new().fail(Error::Gone));
    let service = ServiceBuilder::new().layer(retry()).service(service);
    assert_eq!(service.oneshot(1).await, Err(Error::Gone));
    let service = Scripted::new(Script::new().fail(Error::Gone).fail(Error::Busy).ok(1));
    let gone = retry().when(|error: &Error| *error == Error::Gone);
    let service = ServiceBuilder::new().layer(gone).service(service);
    assert_eq!(service.oneshot(1).await, Err(Error::Busy));
}

#[tokio::test(start_paused = true)]
async fn the_first_layer_is_the_outermost() {
    let whole = policies::timeout("tower_whole", Duration::from_secs(5)).unwrap();
    let each = policies::timeout("tower_each", Duration::from_secs(2)).unwrap();
    let retry = policies::retry("tower_nested", every_second(9)).unwrap();
    let service = Scripted::new(Script::new().hang().forever());
    let script = Arc::clone(&service.script);
    let layers = ServiceBuilder::new().layer(whole).layer(retry).layer(each);
    let error = layers.service(service).oneshot(1).await.unwrap_err();
    assert_eq!(
        error,
        Error::Rejected(Rejection::TimedOut {
            site: "tower_whole",
            after: Duration::from_secs(5),
        })
    );
    // At 0 s and 3 s: each takes 2 s, and a pause of 1 s follows.
    assert_eq!(script.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_circuit_is_shared_with_all_that_name_it() {
    static API: Circuit = Circuit::new("tower_api").failures(2);

    let service = Scripted::new(Script::new().fail_times(2, Error::Busy));
    let script = Arc::clone(&service.script);
    let circuit = policies::circuit(&API).unwrap();
    let service = ServiceBuilder::new().layer(circuit).service(service);
    for _ in 0..2 {
        assert_eq!(service.clone().oneshot(1).await, Err(Error::Busy));
    }
    let other = Scripted::new(Script::new());
    let circuit = policies::circuit(&API).unwrap();
    let other = ServiceBuilder::new().layer(circuit).service(other);
    assert!(other.oneshot(1).await.unwrap_err().is_circuit_open());
    assert_eq!(script.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn errors_that_hold_any_error_hold_rejections() {
    let timeout = policies::timeout("tower_boxed", Duration::from_secs(1)).unwrap();
    let never = tower::service_fn(|_: u32| std::future::pending::<Result<u32, BoxError>>());
    let service = ServiceBuilder::new().layer(timeout).service(never);
    let error = service.oneshot(1).await.unwrap_err();
    let rejection = error.downcast_ref::<Rejection>().unwrap();
    assert!(rejection.is_timed_out());
}
