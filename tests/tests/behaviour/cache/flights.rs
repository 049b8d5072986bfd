//! One load at a time for each key, whatever becomes of the one who loads.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use futures::{FutureExt as _, future::join_all};
use resilience::cache;
use tokio::time::sleep;

use super::{Error, Runs, SECOND, handle, poke, poll_once};

#[tokio::test(start_paused = true)]
async fn a_leader_that_panics_frees_the_key_although_its_future_is_kept() {
    static RUNS: Runs = Runs::new();
    #[cache(60s)]
    async fn panics() -> Result<u32, Error> {
        let run = RUNS.next();
        sleep(SECOND).await;
        assert!(run > 1, "the first one panics");
        Ok(run)
    }
    let mut first = Box::pin(AssertUnwindSafe(panics()).catch_unwind());
    assert!(poll_once(&mut first).await.is_pending());
    let second = tokio::spawn(panics());
    let caught = first.as_mut().await;
    assert!(caught.is_err());
    assert_eq!(second.await.unwrap(), Ok(2));
    drop(first);
}

#[tokio::test(start_paused = true)]
async fn an_error_is_the_leaders_own_and_the_waiters_try_in_turn() {
    static RUNS: Runs = Runs::new();
    #[cache(60s)]
    async fn failing_twice() -> Result<u32, Error> {
        let run = RUNS.next();
        sleep(SECOND).await;
        if run <= 2 {
            Err(Error::Down(run))
        } else {
            Ok(run)
        }
    }
    let all = join_all((0..5).map(|_| failing_twice())).await;
    let expected = [
        Err(Error::Down(1)),
        Err(Error::Down(2)),
        Ok(3),
        Ok(3),
        Ok(3),
    ];
    assert_eq!(all, expected);
    assert_eq!(RUNS.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_was_handed_the_lead_and_dropped_passes_it_on() {
    static RUNS: Runs = Runs::new();
    #[cache(60s)]
    async fn passed_on() -> Result<u32, Error> {
        if RUNS.next() == 1 {
            std::future::pending::<()>().await;
        }
        Ok(7)
    }
    let [mut first, mut second, mut third] = [(); 3].map(|()| Box::pin(passed_on()));
    for call in [&mut first, &mut second, &mut third] {
        assert!(poke(call).is_pending());
    }
    // The second one is woken with the lead, and never polled again.
    drop(first);
    drop(second);
    assert_eq!(third.await, Ok(7));
}

#[tokio::test(start_paused = true)]
async fn a_value_that_is_evicted_at_once_still_reaches_the_waiters() {
    static RUNS: Runs = Runs::new();
    #[cache(60s, max = 1)]
    async fn crowded(id: u32) -> Result<u32, Error> {
        RUNS.next();
        sleep(SECOND).await;
        Ok(id)
    }
    let all = join_all((0..40).map(|n| crowded(n % 4))).await;
    let ids: Vec<_> = all.into_iter().map(Result::unwrap).collect();
    assert_eq!(ids, (0..40).map(|n| n % 4).collect::<Vec<_>>());
    assert_eq!(RUNS.count(), 4);
    assert_eq!(handle("::crowded").len(), 1);
}

/// A future that is dropped at every await in turn leaves nothing behind.
#[tokio::test(start_paused = true)]
async fn a_call_can_be_dropped_at_any_await() {
    static RUNS: Runs = Runs::new();
    #[cache(60s)]
    async fn steps(round: u32) -> Result<u32, Error> {
        for _ in 0..5 {
            tokio::task::yield_now().await;
        }
        RUNS.next();
        Ok(round)
    }
    for round in 0..7 {
        let (mut leads, mut waits) = (Box::pin(steps(round)), Box::pin(steps(round)));
        for _ in 0..round {
            if poke(&mut leads).is_ready() {
                break;
            }
            let _ = poke(&mut waits);
        }
        drop(leads);
        assert_eq!(waits.await, Ok(round));
        assert_eq!(steps(round).await, Ok(round));
    }
}

/// own · same. The order of joins and ends at random: `one_leads_nobody_hangs_and_nothing_stays` in
/// `resilience/src/flight.rs`
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lm_08_threads_agree_on_one_load_at_a_time() {
    static LOADING: [AtomicU32; 8] = [const { AtomicU32::new(0) }; 8];
    struct Leaves(usize);
    impl Drop for Leaves {
        fn drop(&mut self) {
            LOADING[self.0].fetch_sub(1, SeqCst);
        }
    }
    /// `dies` is no part of the key.
    #[cache(1ms, max = 4, key = key)]
    async fn by_key(key: usize, dies: bool) -> Result<usize, Error> {
        contended_body(key, dies).await
    }
    async fn contended_body(key: usize, dies: bool) -> Result<usize, Error> {
        assert_eq!(LOADING[key].fetch_add(1, SeqCst), 0, "two loads of one key");
        let guard = Leaves(key);
        tokio::task::yield_now().await;
        drop(guard);
        if dies { Err(Error::Down(0)) } else { Ok(key) }
    }
    let done = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = (0..16_usize)
        .map(|task| {
            let done = Arc::clone(&done);
            tokio::spawn(async move {
                for n in 0..2000_usize {
                    let key = (n * 7 + task) % 8;
                    let mut call = Box::pin(by_key(key, n % 5 == 0));
                    if n % 3 == 0 && poll_once(&mut call).await.is_pending() {
                        drop(call);
                        continue;
                    }
                    if n % 3 != 0
                        && let Ok(value) = call.await
                    {
                        assert_eq!(value, key);
                        done.fetch_add(1, SeqCst);
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert!(done.load(SeqCst) > 1000);
}
