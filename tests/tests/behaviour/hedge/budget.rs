//! What keeps hedges from doubling the load of what is slow already.

use futures::future::join_all;
use resilience::{HedgeBudget, hedge};
use tokio::time::sleep;

use crate::{
    dependency::{Count, Error, ms},
    events::Events,
};

#[tokio::test(start_paused = true)]
async fn a_dependency_that_is_slow_for_all_gets_a_tenth_more() {
    #[hedge(after = 50ms)]
    async fn call(sent: &Count) -> Result<u32, Error> {
        sent.add();
        sleep(ms(500)).await;
        Ok(1)
    }
    let sent = Count::default();
    for _ in 0..10 {
        let calls = (0..100).map(|_| call(&sent));
        assert!(join_all(calls).await.iter().all(Result::is_ok));
    }
    // 10 % of a thousand calls, and one at a time where the budget is empty.
    let more = sent.get() - 1000;
    assert!((100..=110).contains(&more), "{more}");
}

#[tokio::test(start_paused = true)]
async fn one_at_a_time_is_always_allowed() {
    #[hedge(after = 50ms, budget = 1%)]
    async fn call(sent: &Count) -> Result<u32, Error> {
        sent.add();
        sleep(ms(500)).await;
        Ok(1)
    }
    let sent = Count::default();
    for _ in 0..5 {
        assert!(call(&sent).await.is_ok());
    }
    assert_eq!(sent.get(), 10, "a function that is called one at a time");
    let (first, second, third) = tokio::join!(call(&sent), call(&sent), call(&sent));
    assert!(first.is_ok() && second.is_ok() && third.is_ok());
    assert_eq!(sent.get(), 14, "the three share the one");
}

#[tokio::test(start_paused = true)]
async fn without_a_budget_every_slow_call_is_hedged() {
    #[hedge(after = 50ms, budget = none)]
    async fn call(sent: &Count) -> Result<u32, Error> {
        sent.add();
        sleep(ms(500)).await;
        Ok(1)
    }
    let sent = Count::default();
    join_all((0..100).map(|_| call(&sent))).await;
    assert_eq!(sent.get(), 200);
}

/// failsafe-go/failsafe-go#141 · same
#[tokio::test(start_paused = true)]
async fn gap_09_a_refusal_leaves_those_that_run_alone() {
    static TIGHT: HedgeBudget = HedgeBudget::new().share(1);

    #[hedge(after = 50ms, max = 3, budget = TIGHT)]
    async fn call(sent: &Count) -> Result<u32, Error> {
        let run = sent.add();
        sleep(ms(500)).await;
        Ok(run)
    }
    let (sent, events) = (Count::default(), Events::collect());
    assert_eq!(call(&sent).await, Ok(1));
    assert_eq!((sent.get(), TIGHT.running()), (2, 0));
    assert_eq!(events.count("hedge_started"), 1);
    assert_eq!(events.count("hedge_refused"), 2);
}

#[tokio::test(start_paused = true)]
async fn calls_that_need_not_wait_pay_nothing_in_and_those_that_do_pay_their_share() {
    static SHARED: HedgeBudget = HedgeBudget::new().share(50);

    #[hedge(after = 50ms, budget = SHARED)]
    async fn call(takes: u64) -> Result<u32, Error> {
        if takes > 0 {
            sleep(ms(takes)).await;
        }
        Ok(1)
    }
    for _ in 0..10 {
        assert!(call(0).await.is_ok());
    }
    assert_eq!(SHARED.saved(), 0);
    for _ in 0..10 {
        assert!(call(1).await.is_ok());
    }
    assert_eq!(SHARED.saved(), 5);
    for _ in 0..1000 {
        assert!(call(1).await.is_ok());
    }
    assert_eq!(SHARED.saved(), 100, "no more is saved up");
    SHARED.reset();
    assert_eq!(SHARED.saved(), 0);
}

#[tokio::test(start_paused = true)]
async fn functions_share_a_static_budget() {
    static SHARED: HedgeBudget = HedgeBudget::new().share(1);

    #[hedge(after = 50ms, budget = SHARED)]
    async fn one(sent: &Count) -> Result<u32, Error> {
        sent.add();
        sleep(ms(500)).await;
        Ok(1)
    }
    #[hedge(after = 60ms, budget = SHARED)]
    async fn two(sent: &Count) -> Result<u32, Error> {
        sent.add();
        sleep(ms(500)).await;
        Ok(2)
    }
    let sent = Count::default();
    let outcomes = tokio::join!(one(&sent), two(&sent));
    assert_eq!(outcomes, (Ok(1), Ok(2)));
    assert_eq!(sent.get(), 3, "one hedge at a time for both");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_gives_its_place_back() {
    static SHARED: HedgeBudget = HedgeBudget::new().share(1);

    #[hedge(after = 50ms, budget = SHARED)]
    async fn call() -> Result<u32, Error> {
        std::future::pending().await
    }
    for _ in 0..3 {
        let mut running = Box::pin(call());
        assert!(tokio::time::timeout(ms(60), &mut running).await.is_err());
        assert_eq!(SHARED.running(), 1);
        drop(running);
        assert_eq!(SHARED.running(), 0);
    }
}
