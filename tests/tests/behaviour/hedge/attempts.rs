//! When attempts start, which of them answers, and what becomes of the others.

use std::{
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicU32, Ordering::SeqCst},
};

use futures::FutureExt as _;
use resilience::hedge;
use tokio::time::sleep;

use crate::{
    dependency::{Count, Dependency, Error, ms, timed},
    events::Events,
};

/// Each attempt takes as long as the plan says, and ends as it says.
async fn planned(plan: &[(u64, Result<u32, Error>)], runs: &Count) -> Result<u32, Error> {
    let (takes, outcome) = plan[runs.add() as usize - 1].clone();
    sleep(ms(takes)).await;
    outcome
}

#[hedge(after = 50ms, budget = none)]
async fn one_more(plan: &[(u64, Result<u32, Error>)], runs: &Count) -> Result<u32, Error> {
    planned(plan, runs).await
}

#[hedge(after = 50ms, max = 3, budget = none)]
async fn three_more(plan: &[(u64, Result<u32, Error>)], runs: &Count) -> Result<u32, Error> {
    planned(plan, runs).await
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_time_starts_nothing() {
    let (runs, events) = (Count::default(), Events::collect());
    let result = timed(one_more(&[(49, Ok(1))], &runs)).await;
    assert_eq!((result, runs.get()), ((Ok(1), 49), 1));
    assert_eq!(events.lines(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_slow_attempt_gets_another_beside_it_and_the_first_success_wins() {
    let (runs, events) = (Count::default(), Events::collect());
    let plan = [(1000, Ok(1)), (10, Ok(2))];
    assert_eq!(timed(one_more(&plan, &runs)).await, (Ok(2), 60));
    assert_eq!(runs.get(), 2);
    assert_eq!(
        events.lines(),
        ["hedge_started attempt=2 after_ms=50", "hedge_won attempt=2"]
    );
}

#[tokio::test(start_paused = true)]
async fn the_first_attempt_may_still_win() {
    let (runs, events) = (Count::default(), Events::collect());
    let plan = [(70, Ok(1)), (1000, Ok(2))];
    assert_eq!(timed(one_more(&plan, &runs)).await, (Ok(1), 70));
    assert_eq!(runs.get(), 2);
    assert_eq!(events.count("hedge_won"), 0);
}

#[tokio::test(start_paused = true)]
async fn another_one_starts_after_each_further_while() {
    let runs = Count::default();
    let plan = [(900, Ok(1)), (900, Ok(2)), (900, Ok(3)), (10, Ok(4))];
    assert_eq!(timed(three_more(&plan, &runs)).await, (Ok(4), 160));
    let runs = Count::default();
    let plan = [(900, Ok(1)), (20, Ok(2))];
    assert_eq!(timed(three_more(&plan, &runs)).await, (Ok(2), 70));
    assert_eq!(runs.get(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_error_before_that_is_returned_at_once() {
    let runs = Count::default();
    let plan = [(49, Err(Error::Busy))];
    assert_eq!(
        timed(three_more(&plan, &runs)).await,
        (Err(Error::Busy), 49)
    );
    assert_eq!(runs.get(), 1, "a hedge is no retry");
}

#[tokio::test(start_paused = true)]
async fn an_error_does_not_win_over_a_later_success() {
    let runs = Count::default();
    let plan = [(60, Err(Error::Busy)), (500, Ok(2))];
    assert_eq!(timed(one_more(&plan, &runs)).await, (Ok(2), 550));
    let runs = Count::default();
    let plan = [(500, Ok(1)), (10, Err(Error::Busy))];
    assert_eq!(timed(one_more(&plan, &runs)).await, (Ok(1), 500));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_fails_still_leaves_its_turn_to_the_next() {
    let runs = Count::default();
    let plan = [(500, Ok(1)), (10, Err(Error::Busy)), (10, Ok(3))];
    assert_eq!(timed(three_more(&plan, &runs)).await, (Ok(3), 110));
}

#[tokio::test(start_paused = true)]
async fn if_all_fail_the_last_error_is_returned() {
    let runs = Count::default();
    let plan = [(500, Err(Error::Lost)), (10, Err(Error::Busy))];
    assert_eq!(timed(one_more(&plan, &runs)).await, (Err(Error::Lost), 500));
    let runs = Count::default();
    let plan = [(60, Err(Error::Lost)), (20, Err(Error::Busy))];
    assert_eq!(
        timed(three_more(&plan, &runs)).await,
        (Err(Error::Busy), 70)
    );
    assert_eq!(runs.get(), 2, "nothing ran any more that was slow");
}

#[tokio::test(start_paused = true)]
async fn cx_08_losers_are_dropped_before_the_winner_is_returned() {
    #[hedge(after = 50ms, max = 2, budget = none)]
    async fn call(runs: &Count, dropped: &Count) -> Result<u32, Error> {
        let run = runs.add();
        let _drop = dropped.on_drop();
        sleep(ms(if run == 3 { 10 } else { 1000 })).await;
        Ok(run)
    }
    let (runs, dropped) = (Count::default(), Count::default());
    let outcome = call(&runs, &dropped).inspect(|_| assert_eq!(dropped.get(), 3));
    assert_eq!(outcome.await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn cx_08_a_caller_who_leaves_drops_all_of_them() {
    #[hedge(after = 50ms, max = 2, budget = none)]
    async fn call(runs: &Count, dropped: &Count) -> Result<u32, Error> {
        runs.add();
        let _drop = dropped.on_drop();
        std::future::pending().await
    }
    for (wait, attempts) in [(10, 1), (60, 2), (110, 3), (1000, 3)] {
        let (runs, dropped) = (Count::default(), Count::default());
        let left = tokio::time::timeout(ms(wait), call(&runs, &dropped)).await;
        assert!(left.is_err());
        assert_eq!((runs.get(), dropped.get()), (attempts, attempts), "{wait}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_one_attempt_is_the_panic_of_the_call() {
    #[hedge(after = 50ms, budget = none)]
    async fn call(runs: &Count, dropped: &Count) -> Result<u32, Error> {
        let _drop = dropped.on_drop();
        if runs.add() == 2 {
            std::panic::resume_unwind(Box::new(7_u32));
        }
        std::future::pending().await
    }
    let (runs, dropped) = (Count::default(), Count::default());
    let caught = AssertUnwindSafe(call(&runs, &dropped)).catch_unwind().await;
    assert_eq!(caught.unwrap_err().downcast_ref(), Some(&7_u32));
    assert_eq!((runs.get(), dropped.get()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_never_lets_go_does_not_keep_the_next_from_starting() {
    #[hedge(after = 50ms, budget = none)]
    async fn call(runs: &Count) -> Result<u32, Error> {
        if runs.add() == 2 {
            return Ok(2);
        }
        // Uses up its share of the task each time it is polled.
        loop {
            tokio::task::coop::consume_budget().await;
            tokio::time::advance(ms(1)).await;
        }
    }
    assert_eq!(call(&Count::default()).await, Ok(2));
}

/// Counts its clones.
#[derive(Debug)]
struct Counted<'a>(&'a AtomicU32);

impl Clone for Counted<'_> {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, SeqCst);
        Self(self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn arguments_are_cloned_while_another_attempt_may_follow_and_moved_into_the_last() {
    #[hedge(after = 50ms, max = 2, budget = none)]
    async fn call(it: Counted<'_>, mut n: u32, runs: &Count) -> Result<u32, Error> {
        n += 1;
        sleep(ms(if runs.add() == 3 { 1 } else { 1000 })).await;
        Ok(n + it.0.load(SeqCst) / 1000)
    }
    let clones = AtomicU32::new(0);
    assert_eq!(call(Counted(&clones), 7, &Count::default()).await, Ok(8));
    assert_eq!(clones.load(SeqCst), 2, "and the third got the original");
}

#[tokio::test(start_paused = true)]
async fn the_attempts_share_the_task() {
    #[hedge(after = 50ms, budget = none)]
    async fn call(local: &std::rc::Rc<Count>) -> Result<u32, Error> {
        // No `Send`, no `'static`: nothing is spawned.
        sleep(ms(if local.add() == 2 { 1 } else { 1000 })).await;
        Ok(local.get())
    }
    assert_eq!(call(&std::rc::Rc::default()).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn it_stays_send_where_the_body_is() {
    #[hedge(after = 50ms, budget = none)]
    async fn call(dependency: std::sync::Arc<Dependency>) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = std::sync::Arc::new(Dependency::says("HS"));
    assert_eq!(tokio::spawn(call(dependency)).await.unwrap(), Ok(2));
}
