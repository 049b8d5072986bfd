//! `on_retry` and `on_give_up`: who wants to hear of it is told.

use std::{cell::RefCell, time::Duration};

use resilience::{GaveUp, GiveUpReason, RetryBudget, Retrying, retry, timeout};

use crate::dependency::{Dependency, Error, ms};

thread_local! {
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn on_retry(event: &Retrying<'_, Error>) {
    let (attempt, delay) = (event.attempt(), event.delay().as_millis());
    let line = format!("{attempt} {delay}ms {:?}", event.error());
    HEARD.with_borrow_mut(|heard| heard.push(line));
}

fn on_give_up(event: &GaveUp<'_, Error>) {
    let (attempts, reason) = (event.attempts(), event.reason());
    let line = format!("{attempts} {reason} {:?}", event.error());
    HEARD.with_borrow_mut(|heard| heard.push(line));
}

fn heard() -> Vec<String> {
    HEARD.take()
}

#[tokio::test(start_paused = true)]
async fn each_retry_is_told_with_its_pause_and_its_error() {
    #[retry(max = 3, backoff = linear(10ms), jitter = none, on_retry = on_retry)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(call(&Dependency::says("FLS")).await, Ok(3));
    assert_eq!(heard(), ["1 10ms Some(Busy)", "2 20ms Some(Lost)"]);
    assert_eq!(call(&Dependency::says("S")).await, Ok(1));
    assert_eq!(heard(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn the_last_failure_is_told_with_its_reason() {
    static TOKENS: RetryBudget = RetryBudget::new().capacity(10);

    #[timeout(1s)]
    #[retry(max = 1, backoff = none, after_max = 2s, budget = TOKENS, on_give_up = on_give_up)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let asks = |millis| Dependency::always(Error::Throttled(Some(ms(millis))));
    for (dependency, line) in [
        (Dependency::says("N"), "1 not_retryable Some(Gone)"),
        (Dependency::says("FN"), "2 not_retryable Some(Gone)"),
        (Dependency::says("FF"), "2 exhausted Some(Busy)"),
        (asks(2500), "1 delay_too_long Some(Throttled(Some(2.5s)))"),
        (
            asks(1500),
            "1 deadline_would_pass Some(Throttled(Some(1.5s)))",
        ),
        (Dependency::says("F"), "1 budget_empty Some(Busy)"),
    ] {
        assert!(call(&dependency).await.is_err());
        assert_eq!(heard(), [line]);
    }
}

#[tokio::test(start_paused = true)]
async fn both_may_be_closures_over_the_arguments() {
    #[retry(
        max = 1,
        backoff = constant(5ms),
        jitter = none,
        on_retry = |event| seen.borrow_mut().push((event.attempt(), event.delay())),
        on_give_up = |event| {
            assert_eq!(event.reason(), GiveUpReason::Exhausted);
            assert!(event.site().contains("hooks::call"));
            seen.borrow_mut().push((event.attempts(), Duration::MAX));
        }
    )]
    async fn call(
        dependency: &Dependency,
        seen: &RefCell<Vec<(u32, Duration)>>,
    ) -> Result<u32, Error> {
        dependency.call().await
    }
    let seen = RefCell::default();
    assert!(call(&Dependency::says("FF"), &seen).await.is_err());
    assert_eq!(seen.take(), [(1, ms(5)), (2, Duration::MAX)]);
}

#[tokio::test(start_paused = true)]
async fn a_success_that_asks_for_another_attempt_has_no_error() {
    #[retry(max = 1, backoff = none, on_ok = |n| *n < 9, on_retry = on_retry, on_give_up = on_give_up)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(call(&Dependency::says("SS")).await, Ok(2));
    assert_eq!(heard(), ["1 0ms None", "2 exhausted None"]);
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_panics_loses_no_tokens() {
    static TOKENS: RetryBudget = RetryBudget::new();

    #[retry(max = 1, backoff = constant(1s), budget = TOKENS, on_retry = |_| std::panic::resume_unwind(Box::new(1)))]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    let call = std::panic::AssertUnwindSafe(call(&dependency));
    assert!(futures::FutureExt::catch_unwind(call).await.is_err());
    assert_eq!(
        TOKENS.tokens(),
        500,
        "the attempt it paid for was never made"
    );
}

#[test]
fn plain_functions_tell_as_well() {
    #[retry(max = 1, backoff = none, on_retry = on_retry, on_give_up = on_give_up)]
    fn call() -> Result<u32, Error> {
        Err(Error::Busy)
    }
    assert!(call().is_err());
    assert_eq!(heard(), ["1 0ms Some(Busy)", "2 exhausted Some(Busy)"]);
}
