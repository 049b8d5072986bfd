//! Section 17 and CO-13, and the rows about many who want the same: what is kept, by key.

use std::{
    cell::Cell,
    future::Future,
    hash::{Hash, Hasher},
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    task::{Context, Poll, Waker},
};

use futures::{FutureExt as _, future::join_all};
use resilience::{Cache, cache, caches, idempotent, retry};
use tokio::time::{advance, sleep};

use crate::dependency::{Dependency, Error, ms};

/// Polls once, and nobody is woken.
fn poll<F: Future + Unpin>(call: &mut F) -> Poll<F::Output> {
    Pin::new(call).poll(&mut Context::from_waker(Waker::noop()))
}

fn counters(name: &str) -> resilience::CacheCounters {
    let cache = caches().into_iter().find(|it| it.name() == name);
    cache.unwrap().counters()
}

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn co_13_a_cache_around_a_retry_keeps_what_the_last_attempt_brought() {
    #[cache(60s, key = (), name = "co_13")]
    #[retry(max = 2, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FFSS");
    assert_eq!(call(&dependency).await, Ok(3));
    assert_eq!(dependency.runs(), 3);
    assert_eq!((counters("co_13").misses, counters("co_13").hits), (1, 0));
    assert_eq!(call(&dependency).await, Ok(3));
    assert_eq!(dependency.runs(), 3);
    assert_eq!((counters("co_13").misses, counters("co_13").hits), (1, 1));
}

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn cp_01_the_first_value_answers_the_second_call() {
    #[cache(60s, key = "fixed", name = "cp_01")]
    async fn call(value: &str) -> Result<String, Error> {
        Ok(value.to_owned())
    }
    assert_eq!(call("bar").await.unwrap(), "bar");
    assert_eq!(call("other").await.unwrap(), "bar");
    assert_eq!((counters("cp_01").misses, counters("cp_01").hits), (1, 1));
}

/// With d leaders that die in a row there are d + 1 loads, and nobody fails.
///
/// `PureWhiteWu/async_singleflight#12`, flyingsquirrel0419/layercache#59 · same
#[tokio::test(start_paused = true)]
async fn cx_09_one_follower_takes_over_from_a_leader_that_dies() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    #[cache(60s)]
    async fn call() -> Result<u32, Error> {
        let run = RUNS.fetch_add(1, SeqCst);
        if run < 3 {
            std::future::pending::<()>().await;
        }
        Ok(run)
    }
    let mut calls: Vec<_> = (0..1001).map(|_| Box::pin(call())).collect();
    assert!(calls.iter_mut().all(|call| poll(call).is_pending()));
    for died in 1..=3 {
        assert_eq!(RUNS.load(SeqCst), died, "one load at a time");
        drop(calls.remove(0));
        // The lead goes to the one who waits longest.
        assert_eq!(poll(&mut calls[0]).is_ready(), died == 3);
    }
    drop(calls.remove(0));
    let rest = join_all(calls).await;
    assert!(rest.len() == 997 && rest.iter().all(|it| *it == Ok(3)));
    assert_eq!(RUNS.load(SeqCst), 4);
}

#[tokio::test(start_paused = true)]
async fn cx_09_also_where_leaders_panic() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    #[cache(60s)]
    async fn call() -> Result<u32, Error> {
        let run = RUNS.fetch_add(1, SeqCst);
        sleep(ms(10)).await;
        assert!(run >= 2, "the first two panic");
        Ok(run)
    }
    let calls = (0..20).map(|_| AssertUnwindSafe(call()).catch_unwind());
    let all = join_all(calls).await;
    assert_eq!(all.iter().filter(|it| it.is_err()).count(), 2);
    assert!(all.into_iter().flatten().all(|it| it == Ok(2)));
    assert_eq!(RUNS.load(SeqCst), 3);
}

/// jaemk/cached#174 · same
#[tokio::test(start_paused = true)]
async fn ld_05_a_hot_key_is_loaded_once_each_time() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    #[cache(60s)]
    async fn call(id: u32) -> Result<u32, Error> {
        sleep(ms(100)).await;
        match RUNS.fetch_add(1, SeqCst) {
            2 => Err(Error::Busy),
            run => Ok(id + run),
        }
    }
    let all = async || join_all((0..10_000).map(|_| call(7))).await;
    assert!(all().await.iter().all(|it| *it == Ok(7)));
    advance(ms(60_000)).await;
    assert!(
        all().await.iter().all(|it| *it == Ok(8)),
        "also at the first expiry"
    );
    advance(ms(60_000)).await;
    let failing = all().await;
    assert_eq!(
        failing.iter().filter(|it| it.is_err()).count(),
        1,
        "an error is not kept"
    );
    assert_eq!(RUNS.load(SeqCst), 4);
}

static BALANCES: Cache<u64, u32> = Cache::new("lm_17", std::time::Duration::from_secs(60));
static READS: AtomicU32 = AtomicU32::new(0);

#[cache(BALANCES)]
async fn balance(account: u64) -> Result<u32, Error> {
    let read = READS.fetch_add(1, SeqCst);
    sleep(ms(account)).await;
    Ok(read)
}

/// What was read before a value was removed is not kept, nor given to those who come after.
///
/// own · same
#[tokio::test(start_paused = true)]
async fn lm_17_a_load_that_is_older_than_the_removal_is_not_kept() {
    let [mut before, mut waits, mut after] = [(); 3].map(|()| Box::pin(balance(10)));
    assert!(poll(&mut before).is_pending() && poll(&mut waits).is_pending());
    assert!(!BALANCES.invalidate(&10));
    assert!(poll(&mut after).is_pending());
    assert_eq!(READS.load(SeqCst), 2, "who comes after reads anew");
    assert_eq!((before.await, waits.await), (Ok(0), Ok(0)));
    assert_eq!(after.await, Ok(1));
    assert_eq!(balance(10).await, Ok(1));

    let mut before = Box::pin(balance(20));
    assert!(poll(&mut before).is_pending());
    BALANCES.clear();
    assert_eq!(before.await, Ok(2));
    assert!(BALANCES.is_empty());
}

/// mastodon/mastodon#37879, mitos-run/mitos#240, jcagarcia/grape-idempotency#10,
/// idempot-dev/idempot-js#186 · same. The second one waits; it is not rejected
#[tokio::test(start_paused = true)]
async fn lm_09_of_two_calls_with_one_key_one_runs() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    #[idempotent(key = key)]
    async fn call(key: &str, takes: u64) -> Result<u32, Error> {
        let run = RUNS.fetch_add(1, SeqCst);
        sleep(ms(takes)).await;
        if takes == 0 {
            Err(Error::Busy)
        } else {
            Ok(run)
        }
    }
    let (one, two) = tokio::join!(call("a", 10), call("a", 20));
    assert_eq!((one, two), (Ok(0), Ok(0)));
    let (failed, next) = tokio::join!(call("b", 0), call("b", 10));
    assert_eq!((failed, next), (Err(Error::Busy), Ok(2)));
    assert_eq!(RUNS.load(SeqCst), 3);
}

thread_local! {
    /// The calls of user code left until one panics; 0 is never.
    static FUSE: Cell<u32> = const { Cell::new(0) };
}

fn burn() {
    if FUSE.get() > 0 && !std::thread::panicking() {
        FUSE.set(FUSE.get() - 1);
        assert!(FUSE.get() > 0, "the fuse is burnt");
    }
}

/// A key and a value every function of which may panic.
#[derive(Debug)]
struct Fused(u32);

impl Clone for Fused {
    fn clone(&self) -> Self {
        burn();
        Self(self.0)
    }
}

impl PartialEq for Fused {
    fn eq(&self, other: &Self) -> bool {
        burn();
        self.0 == other.0
    }
}

impl Eq for Fused {}

impl Hash for Fused {
    fn hash<H: Hasher>(&self, state: &mut H) {
        burn();
        (self.0 % 2).hash(state);
    }
}

impl Drop for Fused {
    fn drop(&mut self) {
        burn();
    }
}

/// own · adapted. No `unsafe`, so nothing for Miri
#[tokio::test(start_paused = true)]
async fn pn_03_a_panic_in_a_key_or_a_value_leaves_a_cache_that_works() {
    #[cache(1s, max = 3, name = "pn_03")]
    async fn call(key: Fused) -> Result<Fused, Error> {
        tokio::task::yield_now().await;
        Ok(Fused(key.0 + 100))
    }
    for fuse in 1..=50 {
        FUSE.set(fuse);
        for key in [1, 2, 3, 4, 1, 5, 6] {
            let call = AssertUnwindSafe(async { call(Fused(key)).await.map(|it| it.0) });
            let _ = call.catch_unwind().await;
        }
        FUSE.set(0);
        for key in 1..8 {
            assert_eq!(
                call(Fused(key)).await.map(|it| it.0),
                Ok(key + 100),
                "fuse {fuse}"
            );
        }
        let held = caches().into_iter().find(|it| it.name() == "pn_03");
        assert!(held.unwrap().len() <= 3);
        advance(ms(1000)).await;
    }
}

/// own · same. Idempotent keys are refused instead
/// (`behaviour::idempotent::where_all_places_are_taken_a_new_key_is_refused_and_none_forgotten`)
#[tokio::test(start_paused = true)]
async fn ld_01_a_flood_of_keys_stays_within_the_bound() {
    #[cache(60s, max = 2000, name = "ld_01")]
    async fn call(id: u32) -> Result<u32, Error> {
        Ok(id)
    }
    for id in 0..100_000 {
        assert_eq!(call(id).await, Ok(id));
    }
    let cache = caches().into_iter().find(|it| it.name() == "ld_01");
    assert_eq!(cache.unwrap().len(), 2000);
}
