//! When the next attempt starts.

use std::{iter, time::Duration};

use resilience::{Backoff, Retry, Schedule, retry, testing::fix_jitter, timeout};

use crate::dependency::{Count, Dependency, Error, ms, timed};

#[retry]
async fn by_default(dependency: &Dependency) -> Result<u32, Error> {
    dependency.call().await
}

#[tokio::test(start_paused = true)]
async fn the_defaults_are_three_retries_from_100_ms_doubling_with_full_jitter() {
    for (part, pauses) in [(1.0, [100, 200, 400]), (0.5, [50, 100, 200]), (0.0, [0; 3])] {
        let _jitter = fix_jitter(part);
        let dependency = Dependency::says("F*");
        assert_eq!(by_default(&dependency).await, Err(Error::Busy));
        assert_eq!(dependency.pauses(), pauses);
    }
}

#[tokio::test(start_paused = true)]
async fn the_default_cap_is_ten_seconds() {
    #[retry(max = 9)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let _longest = fix_jitter(1.0);
    let dependency = Dependency::says("F*");
    assert!(call(&dependency).await.is_err());
    assert_eq!(dependency.pauses()[6..], [6400, 10_000, 10_000]);
}

#[tokio::test(start_paused = true)]
async fn every_schedule_and_every_jitter() {
    #[retry(max = 5, backoff = fibonacci(10ms), jitter = none)]
    async fn fibonacci(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 5, backoff = linear(10ms, cap = 25ms), jitter = none)]
    async fn linear(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 5, backoff = constant(40ms), jitter = equal)]
    async fn equal(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 5, backoff = exponential(10ms, factor = 3, cap = 200ms), jitter = decorrelated)]
    async fn decorrelated(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    async fn pauses<'a, F: Future>(
        dependency: &'a Dependency,
        call: impl Fn(&'a Dependency) -> F,
    ) -> Vec<u128> {
        call(dependency).await;
        dependency.pauses()
    }
    let [one, two, three, four, five] = [(); 5].map(|()| Dependency::says("F*"));
    assert_eq!(pauses(&one, fibonacci).await, [10, 10, 20, 30, 50]);
    assert_eq!(pauses(&two, linear).await, [10, 20, 25, 25, 25]);
    let longest = fix_jitter(1.0);
    assert_eq!(pauses(&four, decorrelated).await, [30, 90, 200, 200, 200]);
    drop(longest);
    let _shortest = fix_jitter(0.0);
    assert_eq!(pauses(&three, equal).await, [20; 5]);
    assert_eq!(pauses(&five, decorrelated).await, [10; 5]);
}

#[tokio::test(start_paused = true)]
async fn a_delay_asked_by_the_error_wins_over_a_smaller_backoff() {
    #[retry(max = 1, backoff = constant(1s), jitter = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    for (asked, slept) in [(3000, 3000), (1000, 1000), (10, 1000)] {
        let dependency = Dependency::always(Error::Throttled(Some(ms(asked))));
        assert!(call(&dependency).await.is_err());
        assert_eq!(dependency.pauses(), [slept], "asked for {asked} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn a_delay_above_after_max_ends_the_retrying() {
    #[retry(max = 1, after_max = 5s, backoff = none)]
    async fn five(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 1, backoff = none)]
    async fn two_minutes(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    for (asked, runs) in [(5000, 2), (5001, 1)] {
        let error = Error::Throttled(Some(ms(asked)));
        let dependency = Dependency::always(error.clone());
        assert_eq!(five(&dependency).await, Err(error), "at once, and as it is");
        assert_eq!(dependency.runs(), runs);
    }
    for (asked, slept) in [(120_000, 120_000), (120_001, 0)] {
        let dependency = Dependency::always(Error::Throttled(Some(ms(asked))));
        assert_eq!(timed(two_minutes(&dependency)).await.1, slept);
    }
}

/// thomhurst/Kevlar#506 · same
#[tokio::test(start_paused = true)]
async fn gap_04_a_pause_that_does_not_fit_is_not_begun() {
    #[timeout(1s)]
    #[retry(max = 1, backoff = constant(600ms), jitter = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(500), "F*");
    assert_eq!(timed(call(&dependency)).await, (Err(Error::Busy), 500));
    let dependency = Dependency::taking(ms(399), "FS");
    let (result, took) = timed(call(&dependency)).await;
    assert!(result.unwrap_err().is_timed_out(), "it began, and was cut");
    assert_eq!((dependency.runs(), took), (2, 1000));
}

#[tokio::test(start_paused = true)]
async fn a_delay_asked_by_the_error_must_fit_as_well() {
    #[timeout(1s)]
    #[retry(backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let error = Error::Throttled(Some(ms(1000)));
    let dependency = Dependency::always(error.clone());
    assert_eq!(timed(call(&dependency)).await, (Err(error), 0));
}

#[tokio::test(start_paused = true)]
async fn the_outermost_of_two_limits_counts_too() {
    #[timeout(1s)]
    #[timeout(900ms)]
    #[retry(max = 1, backoff = iter::once(pause))]
    #[timeout(100ms)]
    async fn call(dependency: &Dependency, pause: Duration) -> Result<u32, Error> {
        dependency.call().await
    }
    for (pause, runs) in [(899, 2), (900, 1)] {
        let dependency = Dependency::says("F*");
        assert_eq!(call(&dependency, ms(pause)).await, Err(Error::Busy));
        assert_eq!(dependency.runs(), runs);
    }
}

#[tokio::test(start_paused = true)]
async fn a_zero_delay_lets_others_run() {
    #[retry(max = 10_000, backoff = none, budget = none)]
    async fn spins(others: &Count, seen: &mut Vec<u32>) -> Result<(), Error> {
        seen.push(others.get());
        Err(Error::Busy)
    }
    let others = Count::default();
    let other = others.clone();
    drop(tokio::spawn(async move {
        other.add();
    }));
    let mut seen = Vec::new();
    assert!(spins(&others, &mut seen).await.is_err());
    assert_eq!((seen.len(), seen[0], seen[10_000]), (10_001, 0, 1));
}

/// 10 ms more each time, three times.
struct Steps(u64);

impl Backoff for Steps {
    fn delay(&mut self, retry: u32) -> Option<Duration> {
        self.0 += 10;
        (retry <= 3).then(|| ms(self.0))
    }
}

#[tokio::test(start_paused = true)]
async fn a_backoff_of_the_users_own() {
    #[retry(max = 9, backoff = Steps(0))]
    async fn plain(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 2, backoff = Steps(0), jitter = full)]
    async fn spread(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let _half = fix_jitter(0.5);
    let dependency = Dependency::says("F*");
    assert_eq!(plain(&dependency).await, Err(Error::Busy));
    assert_eq!(
        dependency.pauses(),
        [10, 20, 30],
        "as it says, and to its end"
    );
    let dependency = Dependency::says("F*");
    assert_eq!(spread(&dependency).await, Err(Error::Busy));
    assert_eq!(dependency.pauses(), [5, 10]);
}

#[tokio::test(start_paused = true)]
async fn each_call_begins_its_backoff_anew() {
    #[retry(max = 3, backoff = [ms(10), ms(70)].into_iter())]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    for _ in 0..2 {
        let dependency = Dependency::says("F*");
        assert!(call(&dependency).await.is_err());
        assert_eq!(dependency.pauses(), [10, 70]);
    }
}

const HTTP: Retry = Retry::new()
    .max(1)
    .backoff(Schedule::constant(ms(30)))
    .jitter(resilience::Jitter::None);

#[tokio::test(start_paused = true)]
async fn keys_override_a_named_policy() {
    #[retry(HTTP)]
    async fn named(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(HTTP, max = 3)]
    async fn more(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert!(named(&dependency).await.is_err());
    assert_eq!(dependency.pauses(), [30]);
    let dependency = Dependency::says("F*");
    assert!(more(&dependency).await.is_err());
    assert_eq!(dependency.pauses(), [30; 3]);
}

/// hynek/stamina#137 · same
#[tokio::test(start_paused = true)]
async fn gap_07_attempt_1025_saturates() {
    #[retry(max = 1100, backoff = exponential(1ms, cap = 2ms), jitter = none, budget = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(call(&dependency).await, Err(Error::Busy));
    assert_eq!((dependency.runs(), dependency.pauses()[1099]), (1101, 2));
}

#[tokio::test(start_paused = true)]
async fn tm_04_the_longest_delays_mean_never() {
    #[retry(max = 1, backoff = iter::once(pause), after_max = longest)]
    async fn call(
        dependency: &Dependency,
        pause: Duration,
        longest: Duration,
    ) -> Result<u32, Error> {
        dependency.call().await
    }
    let far = [
        Duration::from_millis(1 << 36),
        Duration::from_secs(u64::MAX / 10),
        Duration::from_secs(u64::MAX),
        Duration::MAX,
    ];
    for pause in far {
        let dependency = Dependency::says("F*");
        let day = Duration::from_secs(86_400);
        assert!(
            tokio::time::timeout(day, call(&dependency, pause, ms(1)))
                .await
                .is_err()
        );
        let dependency = Dependency::always(Error::Throttled(Some(pause)));
        assert!(
            tokio::time::timeout(day, call(&dependency, ms(1), pause))
                .await
                .is_err()
        );
        assert_eq!(dependency.runs(), 1);
    }
}

/// Nobody knows the delays of a backoff of the user's own: no rule counts on them.
#[tokio::test(start_paused = true)]
async fn a_custom_backoff_is_not_measured_against_the_timeout_around_it() {
    #[timeout(300ms)]
    #[retry(max = 3, on = _, backoff = iter::repeat(ms(10)), jitter = none)]
    async fn call() -> Result<u32, std::io::Error> {
        Err(std::io::ErrorKind::ConnectionReset.into())
    }
    let (outcome, took) = timed(call()).await;
    assert_eq!(
        outcome.unwrap_err().kind(),
        std::io::ErrorKind::ConnectionReset
    );
    assert_eq!(took, 30);
}
