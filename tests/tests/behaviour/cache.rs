//! Caches through their attribute.

mod flights;
mod keys;
mod shared;
mod stale;

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    task::{Context, Poll, Waker},
    time::Duration,
};

use resilience::{Rejection, cache, caches, retry, timeout};
use tokio::time::advance;

pub(crate) const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Error {
    Down(u32),
    Rejected(Rejection),
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// Counts the runs of one body.
pub(crate) struct Runs(AtomicU32);

impl Runs {
    pub(crate) const fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    /// One more; its number from 1.
    pub(crate) fn next(&self) -> u32 {
        self.0.fetch_add(1, SeqCst) + 1
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.load(SeqCst)
    }
}

/// Polls once.
pub(crate) async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}

/// Polls once, and nobody is woken.
pub(crate) fn poke<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// The handle of the cache of a function.
pub(crate) fn handle(function: &str) -> resilience::CacheHandle {
    let found = caches()
        .into_iter()
        .find(|it| it.name().ends_with(function));
    found.unwrap_or_else(|| panic!("no cache of {function}"))
}

#[tokio::test(start_paused = true)]
async fn a_value_answers_until_its_time_has_passed() {
    static RUNS: Runs = Runs::new();
    #[cache(60s)]
    async fn load(id: u32) -> Result<(u32, u32), Error> {
        Ok((id, RUNS.next()))
    }
    assert_eq!(load(7).await, Ok((7, 1)));
    assert_eq!(load(8).await, Ok((8, 2)), "another argument is another key");
    advance(Duration::from_millis(59_999)).await;
    assert_eq!(load(7).await, Ok((7, 1)));
    advance(Duration::from_millis(1)).await;
    assert_eq!(load(7).await, Ok((7, 3)), "the ttl itself is too late");
    assert_eq!(handle("::load").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_time_begins_when_the_load_ends() {
    static RUNS: Runs = Runs::new();
    #[cache(10s)]
    async fn slow_load() -> Result<u32, Error> {
        tokio::time::sleep(SECOND * 8).await;
        Ok(RUNS.next())
    }
    assert_eq!(slow_load().await, Ok(1));
    advance(SECOND * 9).await;
    assert_eq!(slow_load().await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn errors_are_not_kept() {
    static RUNS: Runs = Runs::new();
    #[cache(60s)]
    async fn load_at_last() -> Result<u32, Error> {
        match RUNS.next() {
            3.. => Ok(3),
            run => Err(Error::Down(run)),
        }
    }
    assert_eq!(load_at_last().await, Err(Error::Down(1)));
    assert_eq!(load_at_last().await, Err(Error::Down(2)));
    assert_eq!(load_at_last().await, Ok(3));
    assert_eq!(load_at_last().await, Ok(3));
    assert_eq!(RUNS.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn no_more_than_max_values_are_kept() {
    #[cache(60s, max = 10)]
    async fn load_of_ten(id: u32) -> Result<u32, Error> {
        Ok(id)
    }
    for id in 0..100 {
        assert_eq!(load_of_ten(id).await, Ok(id));
        assert!(handle("::load_of_ten").len() <= 10);
    }
    let counters = handle("::load_of_ten").counters();
    assert_eq!((counters.misses, counters.evicted), (100, 90));
}

#[tokio::test(start_paused = true)]
async fn an_operator_sees_and_clears_it() {
    static RUNS: Runs = Runs::new();
    #[cache(60s, name = "fx rates")]
    async fn rate(from: &str, to: &str) -> Result<u32, Error> {
        let _ = (from, to);
        Ok(RUNS.next())
    }
    rate("EUR", "USD").await.unwrap();
    rate("EUR", "USD").await.unwrap();
    let handle = handle("fx rates");
    assert_eq!((handle.counters().hits, handle.counters().misses), (1, 1));
    assert!(!handle.is_empty());
    handle.clear();
    assert!(handle.is_empty());
    assert_eq!(rate("EUR", "USD").await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_value_that_breaks_a_rule_only_now_is_misconfigured() {
    #[cache(ttl)]
    async fn load_for(ttl: Duration, id: u32) -> Result<u32, Error> {
        let _ = ttl;
        Ok(id)
    }
    assert_eq!(load_for(SECOND, 1).await, Ok(1));
    let Err(Error::Rejected(Rejection::Misconfigured { reason, .. })) =
        load_for(Duration::ZERO, 1).await
    else {
        panic!("it was not refused");
    };
    assert!(reason.starts_with("R002: "), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn below_a_retry_each_attempt_looks() {
    static RUNS: Runs = Runs::new();
    #[retry(max = 3, on = _, backoff = none)]
    #[cache(60s)]
    #[timeout(5s)]
    async fn attempts(key: String, (a, mut b): (u32, u32), _unused: u8) -> Result<u32, Error> {
        b += a;
        match RUNS.next() {
            1 | 2 => Err(Error::Down(b)),
            run => Ok(run + b),
        }
    }
    assert_eq!(attempts("a".to_owned(), (1, 2), 0).await, Ok(6));
    assert_eq!(attempts("a".to_owned(), (1, 2), 0).await, Ok(6));
    assert_eq!(RUNS.count(), 3);
    assert_eq!(attempts("a".to_owned(), (2, 2), 0).await, Ok(8));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_above_covers_the_wait_for_another_load() {
    #[timeout(2s)]
    #[cache(60s)]
    async fn hangs() -> Result<u32, Error> {
        std::future::pending().await
    }
    let (one, two) = tokio::join!(hangs(), hangs());
    for outcome in [one, two] {
        assert!(matches!(outcome, Err(Error::Rejected(it)) if it.is_timed_out()));
    }
}
