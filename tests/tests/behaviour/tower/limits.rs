//! Rate limits and bulkheads around services.

use std::{sync::Arc, time::Duration};

use futures::FutureExt;
use resilience::{Bulkhead, RateLimit, bulkhead, rate_limit, testing::Script, tower as policies};
use tower::{Service, ServiceBuilder, ServiceExt};

use super::Scripted;
use crate::dependency::{Error, ms, timed};

#[tokio::test(start_paused = true)]
async fn a_rate_limit_rejects_and_shares_its_state_with_all_that_name_it() {
    static API: RateLimit = RateLimit::new("tower_limit").rate(1, Duration::from_secs(10));

    #[rate_limit(API)]
    async fn annotated() -> Result<u32, Error> {
        Ok(0)
    }

    let service = Scripted::new(Script::new().ok(1).ok(2));
    let script = Arc::clone(&service.script);
    let limit = policies::rate_limit(&API).unwrap();
    let service = ServiceBuilder::new().layer(limit).service(service);
    assert_eq!(service.clone().oneshot(1).await, Ok(2));
    let Err(Error::Rejected(rejection)) = service.clone().oneshot(1).await else {
        panic!("no rejection");
    };
    assert_eq!(rejection.site(), "tower_limit");
    assert_eq!(rejection.retry_after(), Some(Duration::from_secs(10)));
    assert!(annotated().await.is_err());
    assert_eq!(script.calls(), 1);
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(service.oneshot(1).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_with_a_wait_calls_the_service_in_its_turn() {
    static API: RateLimit = RateLimit::new("tower_turns")
        .rate(1, Duration::from_secs(1))
        .wait(Duration::from_secs(1));

    let service = Scripted::new(Script::new().ok(1).forever());
    let limit = policies::rate_limit(&API).unwrap();
    let mut service = ServiceBuilder::new().layer(limit).service(service);
    let first = service.ready().await.unwrap().call(0);
    let second = service.ready().await.unwrap().call(0);
    let third = service.ready().await.unwrap().call(0);
    let all = async { tokio::join!(timed(first), timed(second), timed(third)) };
    let (first, second, third) = all.await;
    assert_eq!((first, second), ((Ok(1), 0), (Ok(1), 1000)));
    assert!(matches!(third, (Err(Error::Rejected(it)), 0) if it.is_rate_limited()));
}

#[tokio::test(start_paused = true)]
async fn a_bulkhead_takes_back_the_slots_of_calls_that_end_and_that_are_dropped() {
    static DB: Bulkhead = Bulkhead::new("tower_db").max(1);

    #[bulkhead(DB)]
    async fn annotated() -> Result<u32, Error> {
        Ok(0)
    }

    let service = Scripted::new(Script::new().hang().fail(Error::Gone).ok(1));
    let script = Arc::clone(&service.script);
    let bulkhead = policies::bulkhead(&DB).unwrap();
    let service = ServiceBuilder::new().layer(bulkhead).service(service);
    let mut hangs = Box::pin(service.clone().oneshot(1));
    assert!((&mut hangs).now_or_never().is_none());
    let full = service.clone().oneshot(1).await;
    assert!(matches!(full, Err(Error::Rejected(it)) if it.is_bulkhead_full()));
    assert!(annotated().await.is_err());
    drop(hangs);
    assert_eq!(service.clone().oneshot(1).await, Err(Error::Gone));
    assert_eq!(service.oneshot(1).await, Ok(2));
    assert_eq!((DB.running(), script.calls()), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn a_bulkhead_with_a_wait_has_a_queue() {
    static DB: Bulkhead = Bulkhead::new("tower_queue").max(1).wait(ms(150));

    let service = Scripted::new(Script::new().after(ms(100)).ok(1).forever());
    let bulkhead = policies::bulkhead(&DB).unwrap();
    let service = ServiceBuilder::new().layer(bulkhead).service(service);
    let call = || timed(service.clone().oneshot(0));
    let (first, second, third) = tokio::join!(call(), call(), call());
    assert_eq!((first, second), ((Ok(1), 100), (Ok(1), 200)));
    assert!(matches!(third, (Err(Error::Rejected(it)), 150) if it.is_bulkhead_full()));
}
