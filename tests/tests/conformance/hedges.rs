//! Section 14: hedges, and the rows about them in other sections.

use std::time::Duration;

use resilience::{HedgeBudget, hedge, timeout};
use tokio::time::sleep;

use crate::dependency::{Count, Dependency, Error, ms, timed};

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn he_02_the_first_answers_before_its_hedges() {
    #[hedge(after = 10ms, max = 2, budget = none)]
    async fn call(runs: &Count, dropped: &Count) -> Result<u32, Error> {
        let run = runs.add();
        let drops = dropped.on_drop();
        sleep(ms(if run == 1 { 100 } else { 1000 })).await;
        std::mem::forget(drops);
        Ok(run)
    }
    let (runs, dropped) = (Count::default(), Count::default());
    assert_eq!(timed(call(&runs, &dropped)).await, (Ok(1), 100));
    assert_eq!((runs.get(), dropped.get()), (3, 2));
}

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn he_03_the_first_to_finish_wins() {
    #[hedge(after = 20ms, max = 2, budget = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(100), "S*");
    assert_eq!(timed(call(&dependency)).await, (Ok(1), 100));
    assert_eq!((dependency.runs(), dependency.finished()), (3, 1));
}

/// failsafe-go · adapted. What is not accepted is an error; a delay of zero is refused
#[tokio::test(start_paused = true)]
async fn he_04_only_the_third_is_accepted() {
    // Ours: what is not accepted is an error, and none starts after nothing.
    #[hedge(after = 1ms, max = 2, budget = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(10), "FFS");
    assert_eq!(call(&dependency).await, Ok(3));
    assert_eq!(dependency.runs(), 3);
}

/// failsafe-go · adapted. There is no moment before a percentile is known
#[tokio::test(start_paused = true)]
async fn he_05_without_a_moment_the_only_result_is_final() {
    // Ours: no calls were observed, so there is no percentile.
    #[hedge(after = p95, budget = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(100), "N");
    assert_eq!(timed(call(&dependency)).await, (Err(Error::Gone), 100));
    assert_eq!(dependency.runs(), 1);
}

/// failsafe-go · adapted. Of the last 512 to 1024 calls that had to wait
#[tokio::test(start_paused = true)]
async fn he_06_a_percentile_after_its_warm_up() {
    #[hedge(after = p95, budget = none)]
    async fn call(takes: u64, runs: &Count) -> Result<u32, Error> {
        let run = runs.add();
        sleep(ms(takes)).await;
        Ok(run)
    }
    let runs = Count::default();
    for _ in 0..20 {
        assert!(call(5, &runs).await.is_ok());
    }
    assert_eq!(runs.get(), 20, "none in the warm-up");
    for _ in 0..25 {
        assert!(call(5, &runs).await.is_ok());
    }
    assert!(call(200, &runs).await.is_ok());
    assert_eq!(runs.get(), 46 + 1, "one for the slow one");
}

/// failsafe-go · adapted. Accepted is any success
#[tokio::test(start_paused = true)]
async fn he_07_the_third_attempt_is_accepted_while_others_wait() {
    #[hedge(after = 10ms, max = 4, budget = none)]
    async fn call(runs: &Count, dropped: &Count) -> Result<bool, Error> {
        let run = runs.add();
        let _drops = dropped.on_drop();
        if run == 3 {
            return Ok(true);
        }
        std::future::pending().await
    }
    let (runs, dropped) = (Count::default(), Count::default());
    assert_eq!(timed(call(&runs, &dropped)).await, (Ok(true), 20));
    assert_eq!((runs.get(), dropped.get()), (3, 3));
}

/// failsafe-go · other. A hedge asks no error what it is; a success that comes later wins
#[tokio::test(start_paused = true)]
async fn he_09_no_error_ends_the_others() {
    // Theirs ends at an error that is not handled; ours has one kind of error.
    #[hedge(after = 10ms, max = 3, budget = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(50), "FTLN");
    assert_eq!(timed(call(&dependency)).await, (Err(Error::Gone), 80));
    assert_eq!(dependency.runs(), 4);
}

/// failsafe-go · other. The last error, not the first
#[tokio::test(start_paused = true)]
async fn he_10_if_all_fail_the_last_error() {
    #[hedge(after = 10ms, max = 3, budget = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(50), "NFTL");
    // Theirs is the error of the first.
    assert_eq!(call(&dependency).await, Err(Error::Lost));
}

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn he_11_an_error_of_the_first_comes_back_at_once() {
    #[hedge(after = 10ms, max = 3, budget = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("N");
    assert_eq!(timed(call(&dependency)).await, (Err(Error::Gone), 0));
    assert_eq!(dependency.runs(), 1);
}

/// failsafe-go · adapted. As HE-05
#[tokio::test(start_paused = true)]
async fn he_13_without_a_moment_never_two_at_once() {
    #[hedge(after = p99, max = 3, budget = none)]
    async fn call(runs: &Count, ended: &Count) -> Result<u32, Error> {
        assert_eq!(runs.add(), ended.get() + 1);
        sleep(ms(1000)).await;
        Ok(ended.add())
    }
    let (runs, ended) = (Count::default(), Count::default());
    for n in 1..=99 {
        assert_eq!(call(&runs, &ended).await, Ok(n));
    }
}

/// failsafe-go · adapted. Losers are dropped; what an attempt has spawned is its own
#[tokio::test(start_paused = true)]
async fn he_14_a_loser_is_disposed_of_and_what_the_winner_has_spawned_goes_on() {
    #[hedge(after = 10ms, budget = none)]
    async fn call(runs: &Count, dropped: &Count, behind: &Count) -> Result<u32, Error> {
        let run = runs.add();
        let _held = dropped.on_drop();
        let behind = behind.clone();
        tokio::spawn(async move {
            sleep(ms(500)).await;
            behind.add();
        });
        sleep(ms(if run == 1 { 100 } else { 20 })).await;
        Ok(run)
    }
    let (runs, dropped, behind) = (Count::default(), Count::default(), Count::default());
    assert_eq!(call(&runs, &dropped, &behind).await, Ok(2));
    assert_eq!((dropped.get(), behind.get()), (2, 0));
    sleep(Duration::from_secs(1)).await;
    assert_eq!(behind.get(), 2);
}

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn bu_06_a_full_budget_never_ends_the_first() {
    static FULL: HedgeBudget = HedgeBudget::new().share(1);

    #[hedge(after = 50ms, budget = FULL)]
    async fn other() -> Result<u32, Error> {
        std::future::pending().await
    }
    #[hedge(after = 10ms, budget = FULL)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let mut holds = Box::pin(other());
    assert!(tokio::time::timeout(ms(60), &mut holds).await.is_err());
    let dependency = Dependency::taking(ms(100), "S");
    assert_eq!(timed(call(&dependency)).await, (Ok(1), 100));
    assert_eq!((dependency.runs(), FULL.running()), (1, 1));
}

/// failsafe-go · adapted. For hedges: a share of the calls that had to wait, and one at a time
/// where it is used up. The budget of retries is a bucket without a floor
#[tokio::test(start_paused = true)]
async fn bu_03_the_floor_allows_one() {
    static HALF: HedgeBudget = HedgeBudget::new().share(50);

    #[hedge(after = 10ms, max = 2, budget = HALF)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(100), "S*");
    assert_eq!(call(&dependency).await, Ok(1));
    assert_eq!(dependency.runs(), 2, "the first hedge, and not a second");
}

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn co_12_each_attempt_has_a_limit_of_its_own() {
    #[hedge(after = 10ms, max = 2, budget = none)]
    #[timeout(100ms)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("H*");
    let (result, took) = timed(call(&dependency)).await;
    assert!(result.unwrap_err().is_timed_out());
    assert_eq!((dependency.runs(), took), (3, 120));
}
