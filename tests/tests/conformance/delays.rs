//! Section 6: delays, backoff, jitter. Milliseconds throughout.

use std::{iter, time::Duration};

use resilience::{
    Schedule, retry,
    testing::{fix_jitter, seed_jitter},
    timeout,
};

use crate::dependency::{Dependency, Error, ms, timed};

/// Polly · same
#[test]
fn rd_05_a_zero_delay_touches_no_timer() {
    #[retry(max = 5, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    // Without a time driver every timer would panic.
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let dependency = Dependency::says("FFFFFS");
    assert_eq!(runtime.unwrap().block_on(call(&dependency)), Ok(6));
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn rd_06_the_cap_holds_with_and_without_jitter() {
    #[retry(max = 20, backoff = exponential(100ms, cap = 1s), jitter = none)]
    async fn plain(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 20, backoff = exponential(100ms, cap = 1s), jitter = full)]
    async fn full(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 20, backoff = exponential(100ms, cap = 1s), jitter = decorrelated)]
    async fn decorrelated(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let _longest = fix_jitter(1.0);
    let [one, two, three] = [(); 3].map(|()| Dependency::says("F*"));
    let _ = (
        plain(&one).await,
        full(&two).await,
        decorrelated(&three).await,
    );
    for dependency in [one, two, three] {
        assert_eq!(dependency.pauses()[4..], [1000; 16]);
    }
}

/// Polly · same. Through the attribute up to attempt 1101:
/// `behaviour::retry::delays::gap_07_attempt_1025_saturates`
#[tokio::test(start_paused = true)]
async fn rd_07_the_thousandth_delay_saturates() {
    let schedule = Schedule::exponential(ms(100)).cap(Duration::MAX);
    let delays = [100, 1000, 1024, 1025, u32::MAX].map(|retry| schedule.delay(retry));
    assert!(delays.is_sorted());
    assert!(delays[0] > Duration::from_secs(1_000_000));
    let steep = schedule.factor(1e9).delay(1025);
    assert!(steep > Duration::from_secs(1_000_000), "{steep:?}");
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn rd_08_linear() {
    #[retry(max = 3, backoff = linear(2s), jitter = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    let _ = call(&dependency).await;
    assert_eq!(dependency.pauses(), [2000, 4000, 6000]);
}

/// Polly · adapted. No cap applies; no answer ends the retrying instead of falling back to a
/// default
#[tokio::test(start_paused = true)]
async fn rd_09_no_cap_applies_to_a_backoff_of_the_users_own() {
    #[retry(max = 9, backoff = [ms(5), ms(60_000), ms(7)].into_iter())]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(call(&dependency).await, Err(Error::Busy));
    // Ours: no answer ends the retrying.
    assert_eq!(dependency.pauses(), [5, 60_000, 7]);
}

/// SmallRye Fault Tolerance · adapted. Without the jitter that is added on top, which is not one of
/// ours
#[tokio::test(start_paused = true)]
async fn rd_10_exponential_of_factor_two() {
    #[retry(max = 11, backoff = exponential(1s, factor = 2, cap = 1024s), jitter = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    let _ = call(&dependency).await;
    let powers: Vec<u128> = (0..11).map(|power| 1000 << power).collect();
    assert_eq!(dependency.pauses(), powers);
}

/// MicroProfile Fault Tolerance · adapted. A constant backoff of 400 ms with full jitter
#[tokio::test(start_paused = true)]
async fn rd_13_jitter_alone_within_a_total_limit() {
    #[timeout(3200ms)]
    #[retry(max = 100, backoff = constant(400ms), jitter = full, budget = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    for seed in 0..20 {
        seed_jitter(seed);
        let dependency = Dependency::says("F*");
        let (result, took) = timed(call(&dependency)).await;
        assert_eq!(result, Err(Error::Busy));
        assert!(took < 3200, "seed {seed} took {took} ms");
        // The first sleep that does not fit ends it: possibly one run earlier than theirs.
        assert!(
            (8..=99).contains(&dependency.runs()),
            "{}",
            dependency.runs()
        );
        assert!(dependency.pauses().iter().any(|pause| *pause > 0));
    }
}

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn rd_16_backoff_up_to_its_cap() {
    #[retry(max = 6, backoff = exponential(1ms, cap = 10ms), jitter = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    let _ = call(&dependency).await;
    assert_eq!(dependency.pauses(), [1, 2, 4, 8, 10, 10]);
}

/// tenacity · same
#[tokio::test(start_paused = true)]
async fn rd_17_far_beyond_the_cap() {
    #[retry(max = 50, backoff = exponential(1ms, cap = 40ms), jitter = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    let _ = call(&dependency).await;
    let pauses = dependency.pauses();
    assert_eq!(pauses[..8], [1, 2, 4, 8, 16, 32, 40, 40]);
    assert_eq!(pauses[49], 40);
}

/// tenacity · adapted. No floor of its own: an iterator of durations
#[tokio::test(start_paused = true)]
async fn rd_19_a_floor_is_an_iterator() {
    #[retry(max = 9, backoff = (0..9).map(|power| ms((1 << power).clamp(10, 100))))]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    let _ = call(&dependency).await;
    assert_eq!(dependency.pauses(), [10, 10, 10, 10, 16, 32, 64, 100, 100]);
}

/// botocore · same
#[tokio::test(start_paused = true)]
async fn rd_23_full_jitter_at_its_longest() {
    #[retry(max = 11, backoff = exponential(50ms, cap = 20s))]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let _longest = fix_jitter(1.0);
    let dependency = Dependency::says("F*");
    let _ = call(&dependency).await;
    assert_eq!(
        dependency.pauses(),
        [
            50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000
        ]
    );
}

/// botocore · other. It is waited for as long as the server asks, up to `after_max` (2 min), not at
/// most 5 s more; what is no number is no delay
#[tokio::test(start_paused = true)]
async fn rd_25_the_server_asks_for_a_delay() {
    #[retry(max = 1, backoff = constant(50ms), jitter = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    for (asked, slept) in [
        (Some(1500), 1500),
        (Some(0), 50),
        // Ours: as long as it asks, up to `after_max`.
        (Some(10_000), 10_000),
        (None, 50),
    ] {
        let dependency = Dependency::always(Error::Throttled(asked.map(ms)));
        let _ = call(&dependency).await;
        assert_eq!(dependency.pauses(), [slept]);
    }
}

/// Resilience4j · same
#[tokio::test(start_paused = true)]
async fn rd_26_three_attempts_sleep_twice() {
    #[retry(attempts = 3, backoff = exponential(500ms, factor = 2), jitter = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(timed(call(&dependency)).await, (Err(Error::Busy), 1500));
    assert_eq!(dependency.pauses(), [500, 1000]);
}

/// The slowest of three schedules; ends where one of them ends.
fn slowest() -> impl Iterator<Item = Duration> + Send {
    let exponential = [5, 10, 20].into_iter();
    iter::repeat(5)
        .zip(exponential)
        .zip(iter::repeat(10))
        .map(|((one, two), three)| Duration::from_secs(one.max(two).max(three)))
}

/// Effect · adapted. No combinators of our own: iterators have them
#[tokio::test(start_paused = true)]
async fn rd_27_combined_schedules_are_iterators() {
    #[retry(max = 9, backoff = slowest())]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    let _ = call(&dependency).await;
    assert_eq!(dependency.pauses(), [10_000, 10_000, 20_000]);
}
