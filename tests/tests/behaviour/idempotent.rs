//! Idempotent functions through their attribute, results in memory.

mod stores;

use std::{
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicU32, Ordering::SeqCst},
};

use futures::{FutureExt as _, future::join_all};
use resilience::{Context, Rejection, circuit, compensate, idempotent, retry, saga, timeout};
use tokio::time::{advance, sleep};

use crate::cache::{Error, Runs, SECOND, poke, poll_once};

impl Error {
    fn is_store_failed(&self) -> bool {
        matches!(self, Self::Rejected(rejection) if rejection.is_store_failed())
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_key_has_the_same_result_for_seven_days() {
    static RUNS: Runs = Runs::new();
    #[idempotent(key = payment)]
    async fn charge(payment: &str, amount: u32) -> Result<u32, Error> {
        RUNS.next();
        Ok(amount)
    }
    assert_eq!(charge("a", 10).await, Ok(10));
    assert_eq!(charge("a", 99).await, Ok(10));
    assert_eq!(charge("b", 20).await, Ok(20));
    advance(SECOND * (7 * 86_400 - 1)).await;
    assert_eq!(charge("a", 99).await, Ok(10));
    assert_eq!(RUNS.count(), 2);
    advance(SECOND).await;
    assert_eq!(charge("a", 99).await, Ok(99));
}

#[tokio::test(start_paused = true)]
async fn a_second_call_waits_for_the_first() {
    static RUNS: Runs = Runs::new();
    #[idempotent(key = payment, ttl = 1h)]
    async fn charge(payment: u64, amount: u32) -> Result<u32, Error> {
        let _ = payment;
        sleep(SECOND).await;
        RUNS.next();
        Ok(amount)
    }
    let all = join_all((0..100).map(|amount| charge(1, amount))).await;
    assert!(all.iter().all(|it| *it == Ok(0)));
    assert_eq!(RUNS.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failed_first_call_frees_the_key_and_the_waiters_try_in_turn() {
    static RUNS: Runs = Runs::new();
    #[idempotent(key = payment)]
    async fn charge(payment: u64) -> Result<u32, Error> {
        let _ = payment;
        let run = RUNS.next();
        sleep(SECOND).await;
        if run <= 2 {
            Err(Error::Down(run))
        } else {
            Ok(run)
        }
    }
    let all = join_all((0..4).map(|_| charge(1))).await;
    assert_eq!(
        all,
        [Err(Error::Down(1)), Err(Error::Down(2)), Ok(3), Ok(3)]
    );
    assert_eq!(charge(1).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn a_first_call_that_panics_or_is_dropped_frees_the_key() {
    static RUNS: Runs = Runs::new();
    #[idempotent(key = payment)]
    async fn charge(payment: u64) -> Result<u32, Error> {
        let _ = payment;
        let run = RUNS.next();
        sleep(SECOND).await;
        assert!(run > 1, "the first one panics");
        Ok(run)
    }
    let first = AssertUnwindSafe(charge(1)).catch_unwind();
    let mut second = Box::pin(charge(1));
    let mut third = Box::pin(charge(1));
    let mut first = Box::pin(first);
    assert!(poll_once(&mut first).await.is_pending());
    assert!(poll_once(&mut second).await.is_pending());
    assert!(poke(&mut third).is_pending());
    assert!(first.as_mut().await.is_err());
    assert!(poll_once(&mut second).await.is_pending());
    assert_eq!(RUNS.count(), 2);
    drop(second);
    assert_eq!(third.await, Ok(3));
    drop(first);
}

#[tokio::test(start_paused = true)]
async fn where_all_places_are_taken_a_new_key_is_refused_and_none_forgotten() {
    static RUNS: Runs = Runs::new();
    #[idempotent(key = payment, ttl = 1m, max = 2)]
    async fn charge(payment: u64) -> Result<u32, Error> {
        let run = RUNS.next();
        if payment == 9 {
            std::future::pending::<()>().await;
        }
        Ok(run)
    }
    assert_eq!(charge(1).await, Ok(1));
    advance(SECOND * 30).await;
    assert_eq!(charge(2).await, Ok(2));
    let refused = charge(3).await.unwrap_err();
    assert!(refused.is_store_failed());
    let Error::Rejected(rejection) = refused else {
        panic!("not a rejection")
    };
    assert!(
        rejection.to_string().contains("every key is held"),
        "{rejection}"
    );
    assert_eq!((charge(1).await, charge(2).await), (Ok(1), Ok(2)));
    // The first one has had its time: its place is free.
    advance(SECOND * 30).await;
    let mut running = Box::pin(charge(9));
    assert!(poll_once(&mut running).await.is_pending());
    assert!(
        charge(4).await.unwrap_err().is_store_failed(),
        "a running call has a place"
    );
    drop(running);
    assert_eq!(charge(4).await, Ok(4), "a dropped call gives it back");
    assert_eq!(RUNS.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn below_a_retry_a_failed_attempt_frees_the_key_for_the_next() {
    static RUNS: Runs = Runs::new();
    #[retry(max = 3, on = _, backoff = none)]
    #[idempotent(key = payment)]
    #[timeout(5s)]
    async fn charge(payment: String) -> Result<u32, Error> {
        let _ = payment;
        match RUNS.next() {
            1 => Err(Error::Down(1)),
            2 => std::future::pending().await,
            run => Ok(run),
        }
    }
    assert_eq!(charge("a".to_owned()).await, Ok(3));
    assert_eq!(charge("a".to_owned()).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_nothing_about_the_dependency() {
    #[circuit(failures = 1, on = _)]
    #[idempotent(key = payment, max = 1)]
    #[circuit(failures = 9, on = _, key = payment)]
    async fn charge(payment: u64) -> Result<u64, Error> {
        Ok(payment)
    }
    assert_eq!(charge(1).await, Ok(1));
    assert!(charge(2).await.unwrap_err().is_store_failed());
    assert!(
        charge(3).await.unwrap_err().is_store_failed(),
        "the circuit is closed"
    );
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_answered_is_no_second_step() {
    static CHARGED: Runs = Runs::new();
    static REFUNDED: Runs = Runs::new();
    async fn refund(_: &u32) -> Result<(), Error> {
        REFUNDED.next();
        Ok(())
    }
    #[idempotent(key = payment)]
    #[compensate(refund)]
    async fn charge(payment: u64) -> Result<u32, Error> {
        let _ = payment;
        Ok(CHARGED.next())
    }
    #[saga]
    async fn order(fails: bool) -> Result<u32, Error> {
        let charged = charge(1).await?;
        if fails {
            Err(Error::Down(0))
        } else {
            Ok(charged)
        }
    }
    assert_eq!(order(false).await, Ok(1));
    assert_eq!(order(true).await, Err(Error::Down(0)));
    assert_eq!(
        (CHARGED.count(), REFUNDED.count()),
        (1, 0),
        "the first saga's charge stays"
    );
}

#[tokio::test(start_paused = true)]
async fn the_context_of_a_call_is_its_own() {
    #[idempotent(key = payment)]
    async fn charge(payment: u64) -> Result<Option<String>, Error> {
        let _ = payment;
        sleep(SECOND).await;
        Ok(Context::current().id().map(str::to_owned))
    }
    let one = Context::new().correlation_id("one").scope(charge(1));
    let two = Context::new().correlation_id("two").scope(charge(1));
    let (one, two) = tokio::join!(one, two);
    assert_eq!((one.clone(), two), (Ok(Some("one".to_owned())), one));
}

#[tokio::test(start_paused = true)]
async fn a_time_that_breaks_a_rule_only_now_is_misconfigured() {
    #[idempotent(key = id, ttl = ttl)]
    async fn charge(id: u32, ttl: std::time::Duration) -> Result<u32, Error> {
        let _ = ttl;
        Ok(id)
    }
    let outcome = charge(1, std::time::Duration::ZERO).await;
    assert!(matches!(
        outcome,
        Err(Error::Rejected(Rejection::Misconfigured { .. }))
    ));
    assert_eq!(charge(1, SECOND).await, Ok(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn threads_agree_on_one_success_for_each_key() {
    static SUCCEEDED: [AtomicU32; 64] = [const { AtomicU32::new(0) }; 64];
    #[idempotent(key = key, max = 64)]
    async fn charge(key: usize, fails: bool) -> Result<usize, Error> {
        tokio::task::yield_now().await;
        if fails {
            return Err(Error::Down(0));
        }
        SUCCEEDED[key].fetch_add(1, SeqCst);
        Ok(key)
    }
    let tasks = (0..8_usize).map(|task| {
        tokio::spawn(async move {
            for n in 0..640_usize {
                let key = (n + task * 5) % 64;
                let mut call = Box::pin(charge(key, n % 4 == 0));
                let dropped = n % 3 == 0 && poll_once(&mut call).await.is_pending();
                if !dropped && n % 3 != 0 {
                    assert!(call.await.is_ok_and(|it| it == key) || n % 4 == 0);
                }
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert!(SUCCEEDED.iter().all(|runs| runs.load(SeqCst) == 1));
}
