//! Old values: while a new one is fetched, and where that fails.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use resilience::cache;
use tokio::time::{advance, sleep};

use super::{Error, Runs, SECOND, handle, poll_once};
use crate::events::Events;

#[tokio::test(start_paused = true)]
async fn one_caller_fetches_and_the_others_get_the_old_value() {
    static RUNS: Runs = Runs::new();
    #[cache(10s, stale = 30s)]
    async fn refreshed() -> Result<u32, Error> {
        sleep(SECOND).await;
        Ok(RUNS.next())
    }
    assert_eq!(refreshed().await, Ok(1));
    advance(SECOND * 10).await;
    let mut refresh = Box::pin(refreshed());
    assert!(poll_once(&mut refresh).await.is_pending());
    assert_eq!(refreshed().await, Ok(1));
    assert_eq!(refreshed().await, Ok(1));
    assert_eq!(refresh.await, Ok(2), "who fetches gets the new one");
    assert_eq!(refreshed().await, Ok(2));
    let counters = handle("::refreshed").counters();
    assert_eq!((counters.misses, counters.stale, counters.hits), (2, 2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_fails_answers_with_the_old_value_and_says_so() {
    static RUNS: Runs = Runs::new();
    #[cache(10s, stale = 30s)]
    async fn failing() -> Result<u32, Error> {
        match RUNS.next() {
            1 => Ok(1),
            run => Err(Error::Down(run)),
        }
    }
    assert_eq!(failing().await, Ok(1));
    advance(SECOND * 12).await;
    let events = Events::collect();
    assert_eq!(failing().await, Ok(1));
    let lines = events.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("cache_refresh_failed") && lines[0].contains("expired_ms=2000"),
        "{lines:?}"
    );
    drop(events);
    advance(std::time::Duration::from_millis(27_999)).await;
    assert_eq!(failing().await, Ok(1), "each call tries once");
    assert_eq!(RUNS.count(), 3);
    advance(std::time::Duration::from_millis(1)).await;
    assert_eq!(failing().await, Err(Error::Down(4)), "its time is over");
    assert_eq!(handle("::failing").counters().refresh_failed, 2);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_is_dropped_leaves_the_old_value() {
    static RUNS: Runs = Runs::new();
    static HANG: AtomicBool = AtomicBool::new(false);
    #[cache(10s, stale = 30s)]
    async fn dropped() -> Result<u32, Error> {
        if HANG.load(SeqCst) {
            std::future::pending::<()>().await;
        }
        Ok(RUNS.next())
    }
    assert_eq!(dropped().await, Ok(1));
    advance(SECOND * 11).await;
    HANG.store(true, SeqCst);
    let mut refresh = Box::pin(dropped());
    assert!(poll_once(&mut refresh).await.is_pending());
    assert_eq!(dropped().await, Ok(1));
    drop(refresh);
    HANG.store(false, SeqCst);
    assert_eq!(dropped().await, Ok(2), "the next one fetches");
}

#[tokio::test(start_paused = true)]
async fn past_its_second_time_an_old_value_answers_nobody() {
    static RUNS: Runs = Runs::new();
    #[cache(10s, stale = 5s)]
    async fn too_old() -> Result<u32, Error> {
        sleep(SECOND).await;
        Ok(RUNS.next())
    }
    assert_eq!(too_old().await, Ok(1));
    advance(SECOND * 15).await;
    assert_eq!(tokio::join!(too_old(), too_old()), (Ok(2), Ok(2)));
}
