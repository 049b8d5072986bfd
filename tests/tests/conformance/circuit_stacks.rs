//! What our own design says of a circuit among other layers, where the suites say nothing.

use resilience::{Circuit, State, circuit, fallback, retry, timeout};

use crate::harness::{Body, Error, Service, advance, ms, s, service};

/// The first call hangs until a timeout of 1 s, and so does the probe; the next one is healthy.
async fn hanging_opens(service: &Service) {
    assert_eq!(service.slow(s(2), "SS").await, "TR");
    advance(s(5)).await;
    assert_eq!(service.slow(s(2), "SS").await, "TR");
    assert_eq!(service.counters().failures, 2);
    advance(s(5)).await;
    assert_eq!(service.slow(ms(900), "S").await, "S");
    assert_eq!(service.state(), State::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_call_cut_off_by_a_timeout_above_is_a_failure() {
    #[timeout(1s)]
    #[circuit(name = "timeout_above", failures = 1, cooldown = 5s, probes = 1)]
    async fn call(body: Body) -> Result<(), Error> {
        body.run().await
    }
    hanging_opens(&Service::new("timeout_above", |body| Box::pin(call(body)))).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_cut_off_by_a_timeout_above_a_retry_is_a_failure() {
    #[timeout(1s)]
    #[retry(max = 3)]
    #[circuit(name = "timeout_retry", failures = 1, cooldown = 5s, probes = 1)]
    async fn call(body: Body) -> Result<(), Error> {
        body.run().await
    }
    hanging_opens(&Service::new("timeout_retry", |body| Box::pin(call(body)))).await;
}

#[tokio::test(start_paused = true)]
async fn a_timeout_inside_is_a_failure_and_no_rejection() {
    #[circuit(name = "timeout_inside", failures = 1, cooldown = 5s, probes = 1)]
    #[timeout(1s)]
    async fn call(body: Body) -> Result<(), Error> {
        body.run().await
    }
    hanging_opens(&Service::new("timeout_inside", |body| Box::pin(call(body)))).await;
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_the_caller_is_a_drop_and_says_nothing() {
    let service = service!("caller_gone", failures = 1);
    for _ in 0..5 {
        let held = service.hold('F');
        assert!(tokio::time::timeout(s(1), held.hangs()).await.is_err());
    }
    assert_eq!(service.counters().failures, 0);
    assert_eq!(service.state(), State::Closed);
}

#[tokio::test(start_paused = true)]
async fn what_a_fallback_inside_answers_is_no_rejection() {
    static OUTER: Circuit = Circuit::new("fallback_outer").failures(2);
    static INNER: Circuit = Circuit::new("fallback_inner");

    async fn other(body: Body) -> Result<(), Error> {
        body.run().await
    }

    #[circuit(OUTER)]
    #[fallback(other, on = Error::Rejected(_))]
    #[circuit(INNER)]
    async fn call(body: Body) -> Result<(), Error> {
        body.run().await
    }

    let service = Service::new("fallback_outer", |body| Box::pin(call(body)));
    INNER.force_open();
    assert_eq!(service.calls("FSFFS").await, "FSFFR");
    assert_eq!(OUTER.state(), State::Open);
}
