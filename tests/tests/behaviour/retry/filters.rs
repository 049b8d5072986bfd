//! Which outcomes are followed by another attempt.

use std::time::Duration;

use resilience::{retry, timeout};

use crate::dependency::{Count, Dependency, Error, ms};

/// How often a function runs for each kind of error.
macro_rules! runs {
    ($($filter:tt)*) => {{
        #[retry(max = 1, backoff = none, $($filter)*)]
        async fn call(dependency: &Dependency) -> Result<u32, Error> {
            dependency.call().await
        }
        let mut runs = Vec::new();
        for line in ["F*", "L*", "T*", "N*"] {
            let dependency = Dependency::says(line);
            assert!(call(&dependency).await.is_err());
            runs.push(dependency.runs());
        }
        runs
    }};
}

#[tokio::test(start_paused = true)]
async fn class_words_wildcard_and_patterns() {
    assert_eq!(runs!(), [2, 2, 2, 1], "the default is `Retryable`");
    assert_eq!(runs!(on = Retryable), [2, 2, 2, 1]);
    assert_eq!(runs!(on = Throttled), [1, 1, 2, 1]);
    assert_eq!(runs!(on = Permanent), [1, 1, 1, 2]);
    assert_eq!(runs!(on = Unapplied), [2, 1, 2, 2]);
    assert_eq!(runs!(on = _), [2, 2, 2, 2]);
    assert_eq!(runs!(on = Error::Gone | Error::Throttled(_)), [1, 1, 2, 2]);
}

#[tokio::test(start_paused = true)]
async fn predicates_replace_the_default_and_join_a_filter() {
    assert_eq!(
        runs!(when = |error: &Error| *error == Error::Gone),
        [1, 1, 1, 2]
    );
    let both = runs!(on = Retryable, when = |error: &Error| *error != Error::Busy);
    assert_eq!(both, [1, 2, 2, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_predicate_alone_asks_for_no_classify() {
    struct Plain(u32);

    #[retry(max = 3, when = |error: &Plain| error.0 < 2, backoff = none)]
    async fn call(runs: &Count) -> Result<(), Plain> {
        Err(Plain(runs.add()))
    }
    let runs = Count::default();
    assert_eq!(call(&runs).await.unwrap_err().0, 2);
    assert_eq!(runs.get(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_predicate_may_use_arguments() {
    #[retry(max = 9, when = |_: &Error| runs.get() < limit, backoff = none)]
    async fn call(runs: &Count, limit: u32) -> Result<(), Error> {
        runs.add();
        Err(Error::Gone)
    }
    let runs = Count::default();
    assert!(call(&runs, 4).await.is_err());
    assert_eq!(runs.get(), 4);
}

#[tokio::test(start_paused = true)]
async fn values_may_ask_for_another_attempt() {
    #[retry(max = 3, on_ok = |value: &u32| *value < 3, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(call(&Dependency::says("SSS")).await, Ok(3));
    assert_eq!(
        call(&Dependency::says("SFS")).await,
        Ok(3),
        "mixed with failures"
    );
    let dependency = Dependency::says("S*");
    assert_eq!(call(&dependency).await, Ok(1), "the last value");
    assert_eq!(dependency.runs(), 4);
    let dependency = Dependency::says("SN");
    assert_eq!(
        call(&dependency).await,
        Err(Error::Gone),
        "errors go by `on`"
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_class_word_a_delay_is_read_only_by_after() {
    #[retry(max = 1, on = Error::Throttled(_), backoff = constant(10ms), jitter = none)]
    async fn unread(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    fn asks(error: &Error) -> Option<Duration> {
        match error {
            Error::Throttled(after) => *after,
            _ => None,
        }
    }
    #[retry(max = 1, on = _, after = asks, backoff = constant(10ms), jitter = none)]
    async fn read(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 1, on = _, after = asks, after_max = 499ms, backoff = none)]
    async fn too_long(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let throttled = || Dependency::always(Error::Throttled(Some(ms(500))));
    let [one, two, three] = [(); 3].map(|()| throttled());
    assert!(unread(&one).await.is_err());
    assert_eq!(one.pauses(), [10]);
    assert!(read(&two).await.is_err());
    assert_eq!(two.pauses(), [500]);
    assert!(too_long(&three).await.is_err());
    assert_eq!(three.runs(), 1);
}

/// dotnet/extensions#6708, #6548 · adapted. With `on = Unapplied`: the method of a request is not
/// ours to see
#[tokio::test(start_paused = true)]
async fn gap_10_what_must_not_run_twice_is_not_retried_after_a_timeout() {
    #[retry(max = 3, on = Unapplied, backoff = none)]
    #[timeout(1s)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FH*");
    assert!(call(&dependency).await.unwrap_err().is_timed_out());
    assert_eq!(
        dependency.runs(),
        2,
        "after the failure, not after the timeout"
    );
}
