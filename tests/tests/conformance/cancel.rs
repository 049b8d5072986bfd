//! Section 16: cancellation is the drop of a future.

use resilience::{fallback, retry};

use crate::dependency::{Count, Dependency, Error, ms};

#[retry(max = 3, backoff = constant(1s), jitter = none)]
async fn call(dependency: &Dependency) -> Result<u32, Error> {
    dependency.call().await
}

/// Polly · adapted. A future that is dropped before its first poll
#[tokio::test(start_paused = true)]
async fn ca_01_a_call_that_is_dropped_at_once_runs_nothing() {
    let dependency = Dependency::says("F*");
    drop(call(&dependency));
    assert_eq!(dependency.runs(), 0);
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn ca_03_dropped_during_a_run_or_in_the_pause_after_it() {
    for (each, left_at) in [(100, 50), (100, 100), (100, 600)] {
        let dependency = Dependency::taking(ms(each), "F*");
        let left = tokio::time::timeout(ms(left_at), call(&dependency)).await;
        assert!(left.is_err(), "no outcome, not the error of the body");
        tokio::time::sleep(ms(5000)).await;
        assert_eq!(dependency.runs(), 1, "dropped at {left_at} ms");
    }
}

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn ca_04_dropped_in_a_long_pause() {
    let dependency = Dependency::says("F*");
    let left = tokio::time::timeout(ms(50), call(&dependency)).await;
    assert!(left.is_err());
    tokio::time::sleep(ms(5000)).await;
    assert_eq!(dependency.runs(), 1);
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn ca_05_a_task_aborted_in_its_first_run() {
    let dependency = std::sync::Arc::new(Dependency::says("H*"));
    let shared = std::sync::Arc::clone(&dependency);
    let task = tokio::spawn(async move { call(&shared).await });
    tokio::time::sleep(ms(10)).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    tokio::time::sleep(ms(500)).await;
    assert_eq!(dependency.runs(), 1);
}

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn ca_08_dropped_inside_the_fallback() {
    async fn other(_: &Dependency, entered: &Count, dropped: &Count) -> Result<u32, Error> {
        let _probe = dropped.on_drop();
        entered.add();
        std::future::pending().await
    }
    #[fallback(other)]
    async fn call(dependency: &Dependency, entered: &Count, dropped: &Count) -> Result<u32, Error> {
        let _ = (entered, dropped);
        dependency.call().await
    }
    let (entered, dropped) = (Count::default(), Count::default());
    let dependency = Dependency::says("F");
    let left = tokio::time::timeout(ms(50), call(&dependency, &entered, &dropped)).await;
    assert!(left.is_err());
    assert_eq!((entered.get(), dropped.get()), (1, 1));
}
