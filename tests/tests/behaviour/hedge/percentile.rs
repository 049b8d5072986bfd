//! `after = p95`: the moment is learned from the calls.

use resilience::{Attempt, hedge};
use tokio::time::sleep;

use crate::dependency::{Count, Error, ms, timed};

#[tokio::test(start_paused = true)]
async fn nothing_is_hedged_before_twenty_calls_were_seen() {
    #[hedge(after = p95, budget = none)]
    async fn call(takes: u64, runs: &Count) -> Result<u32, Error> {
        runs.add();
        sleep(ms(takes)).await;
        Ok(1)
    }
    let runs = Count::default();
    for _ in 0..19 {
        assert!(call(10, &runs).await.is_ok());
    }
    assert!(call(10_000, &runs).await.is_ok());
    assert_eq!(runs.get(), 20, "the slow one was the twentieth");
    assert!(call(10_000, &runs).await.is_ok());
    assert_eq!(runs.get(), 22);
}

#[tokio::test(start_paused = true)]
async fn it_follows_a_dependency_that_becomes_slower() {
    #[hedge(after = p90, budget = none)]
    async fn call(takes: u64, runs: &Count) -> Result<u32, Error> {
        runs.add();
        sleep(ms(takes)).await;
        Ok(1)
    }
    let runs = Count::default();
    for _ in 0..100 {
        assert!(call(10, &runs).await.is_ok());
    }
    assert_eq!(runs.get(), 100);
    for _ in 0..2000 {
        assert!(call(100, &runs).await.is_ok());
    }
    let hedged = runs.get() - 2100;
    // Until a tenth of what it remembers is slow.
    assert!((8..=120).contains(&hedged), "{hedged}");
    let before = runs.get();
    for _ in 0..100 {
        assert!(call(100, &runs).await.is_ok());
    }
    assert_eq!(runs.get(), before + 100, "100 ms is the new normal");
}

#[tokio::test(start_paused = true)]
async fn what_the_hedges_answer_does_not_drag_the_percentile_down() {
    #[hedge(after = p90, budget = none)]
    async fn call(n: u32, runs: &Count) -> Result<u32, Error> {
        runs.add();
        let hedge = Attempt::current().is_some_and(Attempt::is_hedge);
        let slow = n.is_multiple_of(10) && !hedge;
        sleep(ms(if slow { 1000 } else { 20 })).await;
        Ok(n)
    }
    let runs = Count::default();
    for n in 1..=3000 {
        assert_eq!(call(n, &runs).await, Ok(n));
    }
    // Every tenth first attempt is slow; its hedge answers after a little more than 20 ms.
    let hedged = runs.get() - 3000;
    assert!((290..=300).contains(&hedged), "{hedged}");
}

#[tokio::test(start_paused = true)]
async fn failures_and_calls_that_need_not_wait_are_not_observed() {
    #[hedge(after = p50, budget = none)]
    async fn call(takes: u64, fails: bool, runs: &Count) -> Result<u32, Error> {
        runs.add();
        if takes > 0 {
            sleep(ms(takes)).await;
        }
        if fails { Err(Error::Busy) } else { Ok(1) }
    }
    let runs = Count::default();
    for _ in 0..100 {
        assert!(call(0, false, &runs).await.is_ok());
        assert!(call(1, true, &runs).await.is_err());
    }
    assert!(call(1000, false, &runs).await.is_ok());
    assert_eq!(runs.get(), 201, "nothing is known yet");
    for _ in 0..20 {
        assert!(call(100, false, &runs).await.is_ok());
    }
    let before = runs.get();
    let (result, took) = timed(call(1000, false, &runs)).await;
    assert!(result.is_ok() && took == 1000);
    assert_eq!(
        runs.get(),
        before + 2,
        "100 ms is known, and this one is slow"
    );
}

#[tokio::test(start_paused = true)]
async fn a_named_policy_may_ask_for_a_percentile() {
    const SEARCH: resilience::Hedge = resilience::Hedge::new().after_percentile(95).no_budget();

    #[hedge(SEARCH, max = 2)]
    async fn call(takes: u64, runs: &Count) -> Result<u32, Error> {
        runs.add();
        sleep(ms(takes)).await;
        Ok(1)
    }
    let runs = Count::default();
    for _ in 0..20 {
        assert!(call(10, &runs).await.is_ok());
    }
    assert!(call(1000, &runs).await.is_ok());
    assert_eq!(runs.get(), 20 + 3);
}
