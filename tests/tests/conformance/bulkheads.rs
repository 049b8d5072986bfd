//! Section 10: bulkheads.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use futures::future::join_all;
use resilience::{Bulkhead, Rejection, bulkhead, retry};
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

use crate::{
    dependency::{Dependency, Error},
    harness::{ms, s},
};

fn is_full<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Rejected(rejection)) if rejection.is_bulkhead_full())
}

/// Resilience4j · same
#[tokio::test(start_paused = true)]
async fn bh_01_two_of_three_and_one_more_after_a_release() {
    static TWO: Bulkhead = Bulkhead::new("bh_01").max(2);
    #[bulkhead(TWO)]
    async fn call(gate: &Notify) -> Result<(), Rejection> {
        gate.notified().await;
        Ok(())
    }
    let gate = Notify::new();
    let mut calls: Vec<_> = (0..3).map(|_| Box::pin(call(&gate))).collect();
    let mut running = Vec::new();
    for call in &mut calls {
        running.push(futures::poll!(call).is_pending());
    }
    assert_eq!(running, [true, true, false]);
    drop(calls.remove(0));
    assert!(futures::poll!(Box::pin(call(&gate))).is_pending());
    assert_eq!((TWO.admitted(), TWO.rejected()), (3, 1));
}

/// Resilience4j · other. A bulkhead that admits nobody is a mistake (R003)
#[tokio::test(start_paused = true)]
async fn bh_02_a_limit_of_0_is_refused_when_it_is_known() {
    #[bulkhead(max)]
    async fn call(max: u32) -> Result<(), Rejection> {
        Ok(())
    }
    let refused = call(0).await.unwrap_err();
    assert!(matches!(refused, Rejection::Misconfigured { .. }));
}

/// MicroProfile Fault Tolerance · adapted. One call every 5 ms, so that some are rejected
#[tokio::test(start_paused = true)]
async fn bh_03_never_more_than_five_at_once_under_pressure() {
    #[bulkhead(5)]
    async fn call(inside: &AtomicU32) -> Result<(), Error> {
        assert!(inside.fetch_add(1, SeqCst) < 5);
        sleep(ms(50)).await;
        inside.fetch_sub(1, SeqCst);
        Ok(())
    }
    // Every 25 ms as in the row, none would ever be rejected.
    let inside = AtomicU32::new(0);
    let calls = (0..100).map(|n: u32| {
        let inside = &inside;
        async move {
            sleep(ms(5) * n).await;
            call(inside).await
        }
    });
    let outcomes = join_all(calls).await;
    let succeeded = outcomes.iter().filter(|it| it.is_ok()).count();
    assert!(succeeded >= 5, "{succeeded}");
    assert!(outcomes.iter().all(|it| it.is_ok() || is_full(it)));
    assert!(outcomes.iter().any(is_full));
}

#[retry(max = 100, backoff = constant(10ms), jitter = none, budget = none)]
#[bulkhead(1)]
async fn bh_05(takes: Duration) -> Result<(), Error> {
    sleep(takes).await;
    Ok(())
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn bh_05_a_full_bulkhead_is_retried_until_there_is_room() {
    let (a, b) = tokio::join!(bh_05(ms(55)), bh_05(ms(1)));
    assert_eq!((a, b), (Ok(()), Ok(())));
}

#[retry(max = 1, backoff = constant(1s), jitter = none, budget = none)]
#[bulkhead(1)]
async fn bh_06(dependency: &Dependency, takes: Duration) -> Result<u32, Error> {
    sleep(takes).await;
    dependency.call().await
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn bh_06_a_call_leaves_its_slot_while_it_pauses() {
    let (fails, succeeds) = (Dependency::says("F*"), Dependency::says("S*"));
    let b = async {
        sleep(ms(100)).await;
        bh_06(&succeeds, s(2)).await
    };
    let (a, b) = tokio::join!(bh_06(&fails, ms(0)), b);
    assert!(is_full(&a), "its retry finds the slot taken: {a:?}");
    assert!(b.is_ok());
    assert_eq!((fails.runs(), succeeds.runs()), (1, 1));
}

#[retry(max = 3, on = Error::Busy, backoff = constant(1s))]
#[bulkhead(ONE)]
async fn bh_07_other_errors(gate: &Notify) -> Result<(), Error> {
    gate.notified().await;
    Ok(())
}

#[retry(max = 0)]
#[bulkhead(ONE)]
async fn bh_07_no_retries(gate: &Notify) -> Result<(), Error> {
    gate.notified().await;
    Ok(())
}

static ONE: Bulkhead = Bulkhead::new("bh_07").max(1);

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn bh_07_without_a_retry_for_it_a_full_bulkhead_fails_at_once() {
    let (gate, start) = (Notify::new(), Instant::now());
    let mut a = Box::pin(bh_07_other_errors(&gate));
    assert!(futures::poll!(&mut a).is_pending());
    assert!(is_full(&bh_07_other_errors(&gate).await));
    assert!(is_full(&bh_07_no_retries(&gate).await));
    assert_eq!(start.elapsed(), ms(0));
}

#[retry(max = 100, backoff = constant(10ms), jitter = none, budget = none)]
#[bulkhead(3, wait = 50ms)]
async fn bh_08(runs: &AtomicU32) -> Result<(), Error> {
    sleep(ms(100)).await;
    runs.fetch_add(1, SeqCst);
    Ok(())
}

/// MicroProfile Fault Tolerance · adapted. A queue is limited by time, not by length
#[tokio::test(start_paused = true)]
async fn bh_08_who_waited_in_vain_is_retried_and_finally_runs() {
    let runs = AtomicU32::new(0);
    let outcomes = join_all((0..7).map(|_| bh_08(&runs))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(runs.into_inner(), 7);
}

#[retry(max = 1, backoff = none, budget = none)]
#[bulkhead(1, wait = 10s)]
async fn bh_10(name: char, order: &Mutex<String>, dependency: &Dependency) -> Result<u32, Error> {
    order.lock().unwrap().push(name);
    sleep(ms(10)).await;
    dependency.call().await
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn bh_10_a_retry_goes_to_the_back_of_the_queue() {
    let order = Mutex::new(String::new());
    let (once, fine) = (Dependency::says("FS"), Dependency::says("S*"));
    let (a, b, c) = tokio::join!(
        bh_10('A', &order, &once),
        bh_10('B', &order, &fine),
        bh_10('C', &order, &fine)
    );
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(order.into_inner().unwrap(), "ABCA");
}

#[bulkhead(QUEUE)]
async fn queued(name: char, order: &Mutex<String>, gate: &Notify) -> Result<(), Error> {
    order.lock().unwrap().push(name);
    gate.notified().await;
    Ok(())
}

static QUEUE: Bulkhead = Bulkhead::new("bh_12").max(1).wait(Duration::from_secs(10));

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn bh_12_and_bh_14_cancelled_waiters_never_start_and_all_slots_are_free_at_the_end() {
    let (order, gate) = (Mutex::new(String::new()), Notify::new());
    let mut running = Box::pin(queued('1', &order, &gate));
    let mut cancelled = Box::pin(queued('2', &order, &gate));
    let mut last = Box::pin(queued('3', &order, &gate));
    for call in [&mut running, &mut cancelled, &mut last] {
        assert!(futures::poll!(call).is_pending());
    }
    drop(cancelled);
    gate.notify_one();
    assert_eq!(running.await, Ok(()));
    gate.notify_one();
    assert_eq!(last.await, Ok(()));
    assert_eq!(order.into_inner().unwrap(), "13");
    assert_eq!((QUEUE.available(), QUEUE.waiting()), (Some(1), 0));
}
