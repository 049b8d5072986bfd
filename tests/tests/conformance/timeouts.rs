//! Section 9: timeouts.

use std::time::Duration;

use resilience::{fallback, retry, timeout};
use tokio::sync::Semaphore;

use crate::dependency::{Count, Dependency, Error, ms, timed};

#[timeout(2s)]
async fn two_seconds(dependency: &Dependency, dropped: &Count) -> Result<u32, Error> {
    let _probe = dropped.on_drop();
    dependency.call().await
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn to_01_the_body_is_cancelled() {
    let (dependency, dropped) = (Dependency::taking(ms(4000), "S"), Count::default());
    let (result, took) = timed(two_seconds(&dependency, &dropped)).await;
    assert_eq!(result.unwrap_err().limit(), Some(ms(2000)));
    assert_eq!((took, dropped.get(), dependency.finished()), (2000, 1, 0));
}

/// Polly · adapted. The caller cancels by dropping the future, and there is no outcome
#[tokio::test(start_paused = true)]
async fn to_02_a_caller_who_leaves_first_is_no_timeout() {
    let (dependency, dropped) = (Dependency::says("H"), Count::default());
    let call = two_seconds(&dependency, &dropped);
    let (left, took) = timed(tokio::time::timeout(ms(1000), call)).await;
    assert!(left.is_err(), "there is no outcome, so no timeout either");
    assert_eq!((took, dropped.get()), (1000, 1));
}

/// Polly · adapted. A body that never waits starts no timer; a timeout of zero is refused, and one
/// of `Duration::MAX` means never (`behaviour::timeout::tm_04_…`)
#[test]
fn to_03_a_body_that_never_waits_needs_no_timer() {
    // Without a time driver every timer would panic.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let (dependency, dropped) = (Dependency::says("S"), Count::default());
    assert_eq!(runtime.block_on(two_seconds(&dependency, &dropped)), Ok(1));
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn to_06_work_that_cannot_be_stopped_ends_quietly() {
    #[timeout(500ms)]
    async fn call(ended: &Count) -> Result<(), Error> {
        let ended = ended.clone();
        let task = tokio::spawn(async move {
            tokio::time::sleep(ms(1000)).await;
            ended.add();
        });
        task.await.map_err(|_| Error::Gone)
    }
    let ended = Count::default();
    let (result, took) = timed(call(&ended)).await;
    assert!(result.unwrap_err().is_timed_out());
    assert_eq!((took, ended.get()), (500, 0));
    tokio::time::sleep(ms(501)).await;
    assert_eq!(ended.get(), 1);
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn to_07_each_attempt_has_its_own_limit() {
    #[retry(max = 2, backoff = none)]
    #[timeout(500ms)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("H*");
    let (result, took) = timed(call(&dependency)).await;
    assert!(result.unwrap_err().is_timed_out());
    assert_eq!((dependency.runs(), took), (3, 1500));
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn to_08_the_fallback_answers_for_a_body_that_hangs() {
    #[fallback(value = 7)]
    #[timeout(500ms)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(timed(call(&Dependency::says("H"))).await, (Ok(7), 500));
}

/// MicroProfile Fault Tolerance · adapted. The queue is a semaphore in the body
#[tokio::test(start_paused = true)]
async fn to_10_the_time_in_a_queue_counts() {
    #[timeout(500ms)]
    async fn call(place: &Semaphore) -> Result<(), Error> {
        let _place = place.acquire().await;
        tokio::time::sleep(ms(400)).await;
        Ok(())
    }
    let place = Semaphore::new(1);
    let ((first, one), (second, two)) = tokio::join!(timed(call(&place)), timed(call(&place)));
    assert_eq!((first, one), (Ok(()), 400));
    assert!(second.unwrap_err().is_timed_out());
    assert_eq!(two, 500);
}

/// Failsafe · adapted. With a pause of 10 ms, so that the two limits do not end in the same instant
#[tokio::test(start_paused = true)]
async fn to_11_the_outer_limit_ends_the_inner_ones() {
    #[timeout(500ms)]
    #[retry(max = 10, backoff = constant(10ms), jitter = none)]
    #[timeout(100ms)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(150), "S*");
    let (result, took) = timed(call(&dependency)).await;
    assert_eq!(result.unwrap_err().limit(), Some(ms(500)), "the outer one");
    // 100 ms and a pause of 10 ms each: the fifth attempt is the one the outer limit cuts.
    assert_eq!(
        (dependency.runs(), dependency.finished(), took),
        (5, 0, 500)
    );
}

/// Failsafe · adapted. The longer limit inside could never fire; our rules refuse it, so the two
/// are swapped
#[tokio::test(start_paused = true)]
async fn to_12_two_limits_on_each_attempt() {
    #[fallback(value = 7)]
    #[retry(max = 2, backoff = none)]
    #[timeout(100ms)]
    #[timeout(50ms)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    // Theirs has the longer one inside, which our rules refuse: it could never fire.
    let dependency = Dependency::taking(ms(150), "S*");
    assert_eq!(timed(call(&dependency)).await, (Ok(7), 150));
    assert_eq!(dependency.runs(), 3);
}

/// cockatiel · adapted. Aggressive only: the body is dropped
#[tokio::test(start_paused = true)]
async fn to_14_a_body_is_not_asked_it_is_dropped() {
    #[timeout(50ms)]
    async fn deaf(ended: &Count) -> Result<(), Error> {
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(7)).await;
        }
        ended.add();
        Ok(())
    }
    let ended = Count::default();
    let (result, took) = timed(deaf(&ended)).await;
    assert!(result.unwrap_err().is_timed_out());
    assert_eq!((took, ended.get()), (50, 0));
}
