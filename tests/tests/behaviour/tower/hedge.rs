//! Hedges around services.

use std::sync::Arc;

use resilience::{Hedge, HedgeBudget, testing::Script, tower as policies};
use tower::{ServiceBuilder, ServiceExt};

use super::Scripted;
use crate::dependency::{Error, ms, timed};

/// What a call comes to, how long it takes, and how often the service is called.
async fn hedged(policy: Hedge, script: Script<u32, Error>) -> (Result<u32, Error>, u128, u32) {
    let service = Scripted::new(script);
    let script = Arc::clone(&service.script);
    let hedge = policies::hedge("tower_hedge", policy).unwrap().budget(None);
    let service = ServiceBuilder::new().layer(hedge).service(service);
    let (outcome, took) = timed(service.oneshot(10)).await;
    (outcome, took, script.calls())
}

#[tokio::test(start_paused = true)]
async fn a_slow_call_gets_another_one_of_a_service_that_is_ready() {
    let slow = Script::new().hang().after(ms(20)).ok(2);
    let came = hedged(Hedge::new().after(ms(50)), slow).await;
    assert_eq!(came, (Ok(12), 70, 2));
    let hangs = Script::new().hang().hang().ok(3);
    let came = hedged(Hedge::new().after(ms(50)).max(2), hangs).await;
    assert_eq!(came, (Ok(13), 100, 3));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_answers_in_time_is_not_hedged() {
    let fast = Script::new().after(ms(40)).ok(1);
    assert_eq!(
        hedged(Hedge::new().after(ms(50)), fast).await,
        (Ok(11), 40, 1)
    );
    let fails = Script::new().after(ms(40)).fail(Error::Busy).ok(2);
    let came = hedged(Hedge::new().after(ms(50)), fails).await;
    assert_eq!(came, (Err(Error::Busy), 40, 1));
}

#[tokio::test(start_paused = true)]
async fn an_error_is_returned_once_no_other_attempt_runs() {
    let both = Script::new();
    let both = both.after(ms(60)).fail(Error::Busy);
    let both = both.after(ms(60)).fail(Error::Gone);
    let came = hedged(Hedge::new().after(ms(50)), both).await;
    assert_eq!(came, (Err(Error::Gone), 110, 2));
}

#[tokio::test(start_paused = true)]
async fn services_of_one_name_share_a_budget_and_what_they_observe() {
    let layer = || policies::hedge("tower_shared", Hedge::new().after_percentile(50)).unwrap();
    let service = Scripted::new(Script::new().after(ms(10)).ok(1).forever());
    let service = ServiceBuilder::new().layer(layer()).service(service);
    for _ in 0..100 {
        assert!(service.clone().oneshot(0).await.is_ok());
    }
    // As slow as never before.
    let other = Scripted::new(Script::new().hang().ok(2));
    let other = ServiceBuilder::new().layer(layer()).service(other);
    let (outcome, took) = timed(other.oneshot(0)).await;
    assert_eq!(outcome, Ok(2));
    assert!((10..=11).contains(&took), "{took} ms");
}

#[tokio::test(start_paused = true)]
async fn a_budget_may_be_shared() {
    static NONE: HedgeBudget = HedgeBudget::new().share(0);

    let layer = policies::hedge("tower_budget", Hedge::new().after(ms(50))).unwrap();
    let script = Script::new().after(ms(200)).ok(1).forever();
    let service = Scripted::new(script);
    let script = Arc::clone(&service.script);
    let layer = layer.budget(Some(&NONE));
    let service = ServiceBuilder::new().layer(layer).service(service);
    let call = || service.clone().oneshot(0);
    let (first, second) = tokio::join!(call(), call());
    assert_eq!((first, second), (Ok(1), Ok(1)));
    // An empty budget allows one at a time.
    assert_eq!(script.calls(), 3);
}
