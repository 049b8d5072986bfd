//! Sections 7 and 15: limits over all attempts, in time and in tokens.

use std::{iter, time::Duration};

use resilience::{RetryBudget, retry, testing::fix_jitter, timeout};

use crate::dependency::{Dependency, Error, ms, timed};

/// SmallRye Fault Tolerance · other. Looked at before the pause: one that ends at the limit is not
/// slept. The result is the same, 1000 ms earlier
#[tokio::test(start_paused = true)]
async fn rb_02_a_pause_that_ends_at_the_limit_is_not_slept() {
    #[timeout(1s)]
    #[retry(max = 3, backoff = iter::once(pause))]
    async fn call(dependency: &Dependency, pause: Duration) -> Result<u32, Error> {
        dependency.call().await
    }
    for pause in [1000, 1500] {
        let dependency = Dependency::says("F*");
        let result = timed(call(&dependency, ms(pause))).await;
        // Theirs sleeps first and looks then.
        assert_eq!(result, (Err(Error::Busy), 0));
        assert_eq!(dependency.runs(), 1);
    }
}

/// failsafe-go · adapted. The second attempt is cut off at the limit, theirs is let run
#[tokio::test(start_paused = true)]
async fn rb_04_the_second_attempt_runs_into_the_limit() {
    #[timeout(100ms)]
    #[retry(max = 5, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        if dependency.runs() == 0 {
            return dependency.call().await;
        }
        tokio::time::sleep(ms(120)).await;
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    let (result, took) = timed(call(&dependency)).await;
    assert_eq!(result.unwrap_err().limit(), Some(ms(100)));
    assert_eq!((dependency.runs(), took), (1, 100));
}

/// Spring Framework · same
#[tokio::test(start_paused = true)]
async fn rb_05_it_gives_up_without_a_sleep_that_would_end_too_late() {
    #[timeout(20ms)]
    #[retry(max = 3, backoff = constant(100ms), jitter = full)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let _longest = fix_jitter(1.0);
    let dependency = Dependency::says("F*");
    assert_eq!(timed(call(&dependency)).await, (Err(Error::Busy), 0));
    assert_eq!(dependency.runs(), 1);
}

/// Spring Framework · same
#[tokio::test(start_paused = true)]
async fn rb_07_the_limit_ends_the_first_or_the_second_retry() {
    #[timeout(limit)]
    #[retry(max = 9, backoff = none)]
    async fn call(dependency: &Dependency, limit: Duration) -> Result<u32, Error> {
        dependency.call().await
    }
    for (limit, runs) in [(150, 2), (250, 3)] {
        let dependency = Dependency::taking(ms(100), "F*");
        let (result, took) = timed(call(&dependency, ms(limit))).await;
        assert!(result.unwrap_err().is_timed_out());
        assert_eq!((dependency.runs(), took), (runs, u128::from(limit)));
    }
}

/// tenacity · same
#[tokio::test(start_paused = true)]
async fn rb_08_the_limit_itself_is_too_late() {
    #[timeout(1s)]
    #[retry(max = 1, backoff = iter::once(pause))]
    async fn call(dependency: &Dependency, pause: Duration) -> Result<u32, Error> {
        dependency.call().await
    }
    for (pause, runs) in [(999, 2), (1000, 1), (1001, 1)] {
        let dependency = Dependency::says("F*");
        assert_eq!(call(&dependency, ms(pause)).await, Err(Error::Busy));
        assert_eq!(dependency.runs(), runs, "{pause} ms");
    }
}

/// tenacity · adapted. Whichever comes first; that both must hold is not offered
#[tokio::test(start_paused = true)]
async fn rb_10_attempts_or_time_whichever_ends_first() {
    #[timeout(1s)]
    #[retry(attempts = 4, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    for (each, runs, took, cut) in [
        (200, 4, 800, false),
        (600, 2, 1000, true),
        (450, 3, 1000, true),
    ] {
        let dependency = Dependency::taking(ms(each), "F*");
        let (result, time) = timed(call(&dependency)).await;
        assert_eq!(result.unwrap_err().is_timed_out(), cut);
        assert_eq!((dependency.runs(), time), (runs, took), "{each} ms each");
    }
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn rb_11_slow_bodies_leave_time_for_few_retries() {
    #[timeout(1s)]
    #[retry(max = 90, backoff = constant(200ms), jitter = full)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    for part in [0.0, 0.5, 1.0] {
        let _jitter = fix_jitter(part);
        let dependency = Dependency::taking(ms(100), "F*");
        let (result, took) = timed(call(&dependency)).await;
        assert!(result.is_err() && took <= 1000);
        assert!(dependency.runs() < 11, "{}", dependency.runs());
        assert!(dependency.runs() >= 4);
    }
}

/// failsafe-go · adapted. By tokens
#[tokio::test(start_paused = true)]
async fn bu_04_there_is_room_for_a_retry() {
    static ROOM: RetryBudget = RetryBudget::new().capacity(5);

    #[retry(max = 3, backoff = none, budget = ROOM)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FS");
    assert_eq!(call(&dependency).await, Ok(2));
    assert_eq!((dependency.runs(), ROOM.tokens()), (2, 5));
}

/// failsafe-go · other. The last real error is returned; an empty budget is an event and no error
#[tokio::test(start_paused = true)]
async fn bu_05_without_tokens_the_last_real_error_is_returned() {
    static EMPTY: RetryBudget = RetryBudget::new().capacity(0);

    #[retry(max = 3, backoff = constant(1s), jitter = none, budget = EMPTY)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    // Ours: no error of the budget's own.
    assert_eq!(timed(call(&dependency)).await, (Err(Error::Busy), 0));
    assert_eq!((dependency.runs(), EMPTY.tokens()), (1, 0));
}

/// botocore · adapted. A price of its own for a retry after a timeout; throttling has none
#[tokio::test(start_paused = true)]
async fn bu_07_a_retry_that_succeeds_gives_its_cost_back() {
    static TOKENS: RetryBudget = RetryBudget::new().retry_cost(14).timeout_cost(5);

    #[retry(max = 1, backoff = none, budget = TOKENS)]
    async fn call(dependency: &Dependency, seen: &mut Vec<u32>) -> Result<u32, Error> {
        seen.push(TOKENS.tokens());
        dependency.call().await
    }
    #[retry(max = 1, backoff = none, budget = TOKENS)]
    #[timeout(10ms)]
    async fn slow(dependency: &Dependency, seen: &mut Vec<u32>) -> Result<u32, Error> {
        seen.push(TOKENS.tokens());
        dependency.call().await
    }
    let mut seen = Vec::new();
    assert_eq!(call(&Dependency::says("FS"), &mut seen).await, Ok(2));
    assert_eq!((seen.as_slice(), TOKENS.tokens()), (&[500, 486][..], 500));
    seen.clear();
    // Ours: a price of its own for timeouts, where theirs has one for throttling.
    assert_eq!(slow(&Dependency::says("HS"), &mut seen).await, Ok(2));
    assert_eq!((seen.as_slice(), TOKENS.tokens()), (&[500, 495][..], 500));
    assert!(call(&Dependency::says("F*"), &mut seen).await.is_err());
    assert_eq!(TOKENS.tokens(), 486);
}

/// botocore · same
#[tokio::test(start_paused = true)]
async fn bu_08_a_first_success_gives_one_token() {
    static TOKENS: RetryBudget = RetryBudget::new().retry_cost(14);

    #[retry(max = 1, backoff = none, budget = TOKENS)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert!(call(&Dependency::says("F*")).await.is_err());
    assert_eq!(TOKENS.tokens(), 486);
    assert!(call(&Dependency::says("S")).await.is_ok());
    assert_eq!(TOKENS.tokens(), 487);
    assert!(call(&Dependency::says("N")).await.is_err());
    assert_eq!(
        TOKENS.tokens(),
        487,
        "a failure that is not retried gives nothing"
    );
}

/// botocore · adapted. That the quota is reached is in the event `gave_up`
#[tokio::test(start_paused = true)]
async fn bu_09_the_bucket_is_empty_after_one_retry() {
    static TOKENS: RetryBudget = RetryBudget::new().capacity(14).retry_cost(14);

    #[retry(max = 1, backoff = none, budget = TOKENS)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert!(call(&dependency).await.is_err());
    assert_eq!(dependency.runs(), 2);
    assert!(call(&dependency).await.is_err());
    assert_eq!(dependency.runs(), 3);
}

/// botocore · same
#[tokio::test(start_paused = true)]
async fn bu_10_four_attempts_pay_three_times() {
    static TOKENS: RetryBudget = RetryBudget::new().retry_cost(14);

    #[retry(attempts = 4, backoff = exponential(25ms), budget = TOKENS)]
    async fn call(dependency: &Dependency, seen: &mut Vec<u32>) -> Result<u32, Error> {
        seen.push(TOKENS.tokens());
        dependency.call().await
    }
    let _longest = fix_jitter(1.0);
    let (dependency, mut seen) = (Dependency::says("F*"), Vec::new());
    assert!(call(&dependency, &mut seen).await.is_err());
    assert_eq!(seen, [500, 486, 472, 458]);
    assert_eq!(dependency.pauses(), [25, 50, 100]);
}
