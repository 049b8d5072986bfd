//! What keeps retries from becoming the outage.

use futures::future::join_all;
use resilience::{RetryBudget, retry, timeout};

use crate::{
    dependency::{Count, Dependency, Error, ms},
    events::Events,
};

#[tokio::test(start_paused = true)]
async fn a_dependency_that_is_down_for_long_gets_one_attempt_for_each_call() {
    #[retry(max = 3, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    for _ in 0..1000 {
        assert_eq!(call(&dependency).await, Err(Error::Busy));
    }
    // 500 tokens by default, 5 for each retry.
    assert_eq!(dependency.runs(), 1000 + 100);
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_a_timeout_costs_ten() {
    #[retry(max = 3, backoff = none)]
    #[timeout(1ms)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("H*");
    for _ in 0..100 {
        assert!(call(&dependency).await.unwrap_err().is_timed_out());
    }
    assert_eq!(dependency.runs(), 100 + 50);
}

#[tokio::test(start_paused = true)]
async fn successes_fill_the_bucket_again() {
    static TOKENS: RetryBudget = RetryBudget::new().capacity(12);

    #[retry(max = 3, backoff = none, budget = TOKENS)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert!(call(&Dependency::says("FFF*")).await.is_err());
    assert_eq!(
        TOKENS.tokens(),
        2,
        "two retries, and nothing left for a third"
    );
    for tokens in 3..=5 {
        assert!(call(&Dependency::says("S")).await.is_ok());
        assert_eq!(TOKENS.tokens(), tokens);
    }
    assert_eq!(call(&Dependency::says("FS")).await, Ok(2));
    assert_eq!(
        TOKENS.tokens(),
        5,
        "a retry that succeeds gives its cost back"
    );
}

#[tokio::test(start_paused = true)]
async fn functions_share_a_static_budget() {
    static SHARED: RetryBudget = RetryBudget::new().capacity(10);

    #[retry(max = 9, backoff = none, budget = SHARED)]
    async fn one(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 9, backoff = none, budget = SHARED)]
    async fn two(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let (first, second) = (Dependency::says("F*"), Dependency::says("F*"));
    assert!(one(&first).await.is_err());
    assert!(two(&second).await.is_err());
    assert_eq!((first.runs(), second.runs()), (3, 1));
    SHARED.reset();
    assert!(two(&second).await.is_err());
    assert_eq!(second.runs(), 4);
}

#[tokio::test(start_paused = true)]
async fn without_a_budget_nothing_is_refused() {
    #[retry(max = 3, backoff = none, budget = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    for _ in 0..200 {
        assert!(call(&dependency).await.is_err());
    }
    assert_eq!(dependency.runs(), 800);
}

#[tokio::test(start_paused = true)]
async fn cx_06_a_call_dropped_in_its_pause_gives_its_tokens_back() {
    static TOKENS: RetryBudget = RetryBudget::new();

    #[retry(max = 3, backoff = constant(1s), jitter = none, budget = TOKENS)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FF*");
    let mut running = Box::pin(call(&dependency));
    assert!(tokio::time::timeout(ms(500), &mut running).await.is_err());
    assert_eq!(TOKENS.tokens(), 495, "paid for the attempt to come");
    drop(running);
    assert_eq!((TOKENS.tokens(), dependency.runs()), (500, 1));

    let mut running = Box::pin(call(&dependency));
    assert!(tokio::time::timeout(ms(1500), &mut running).await.is_err());
    assert_eq!(TOKENS.tokens(), 490);
    drop(running);
    assert_eq!(
        TOKENS.tokens(),
        495,
        "the attempt that was made is paid for"
    );
}

#[tokio::test(start_paused = true)]
async fn why_it_gave_up_is_told() {
    static TOKENS: RetryBudget = RetryBudget::new().capacity(5);

    #[timeout(1s)]
    #[retry(max = 1, backoff = none, after_max = 2s, budget = TOKENS)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let events = Events::collect();
    let asks = |millis| Dependency::always(Error::Throttled(Some(ms(millis))));
    for (dependency, why) in [
        (asks(2500), "delay_too_long"),
        (asks(1500), "deadline_would_pass"),
        (Dependency::says("FN"), "not_retryable"),
        (Dependency::says("F"), "budget_empty"),
    ] {
        assert!(call(&dependency).await.is_err());
        let last = events.lines().pop().unwrap();
        assert!(
            last.starts_with("gave_up") && last.ends_with(&format!("why={why}")),
            "{last}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_for_another_reason_costs_nothing() {
    static TOKENS: RetryBudget = RetryBudget::new();

    #[timeout(1s)]
    #[retry(max = 3, backoff = none, after_max = 2s, budget = TOKENS)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    for error in [
        Error::Gone,
        Error::Throttled(Some(ms(1500))),
        Error::Throttled(Some(ms(2500))),
    ] {
        assert_eq!(call(&Dependency::always(error.clone())).await, Err(error));
    }
    assert_eq!(TOKENS.tokens(), 500);
}

#[tokio::test(start_paused = true)]
async fn ld_03_a_thousand_clients_of_a_dependency_that_is_down() {
    #[retry(max = 5)]
    async fn lowest(sent: &Count) -> Result<u32, Error> {
        sent.add();
        Err(Error::Busy)
    }
    #[retry(max = 5)]
    async fn middle(sent: &Count) -> Result<u32, Error> {
        lowest(sent).await
    }
    #[retry(max = 5)]
    async fn highest(sent: &Count) -> Result<u32, Error> {
        middle(sent).await
    }
    let (sent, calls) = (Count::default(), Count::default());
    let clients = (0..1000).map(|_| async {
        for _ in 0..10 {
            calls.add();
            assert_eq!(highest(&sent).await, Err(Error::Busy));
            tokio::time::sleep(ms(6000)).await;
        }
    });
    join_all(clients).await;
    assert_eq!(calls.get(), 10_000);
    // Without budgets it would be 216 times as many. Each of the three buckets pays for 100.
    assert_eq!(sent.get(), 10_000 + 300);
}
