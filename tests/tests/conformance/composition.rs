//! Section 13: layers in layers, the outermost first.

use resilience::{Circuit, Rejection, State, circuit, fallback, retry, timeout};

use crate::dependency::{Dependency, Error, ms, timed};

/// Failsafe · same
#[tokio::test(start_paused = true)]
async fn co_01_a_circuit_inside_a_retry_counts_each_attempt() {
    static CIRCUIT: Circuit = Circuit::new("co_01").failures(3);

    #[retry(max = 1000, backoff = none)]
    #[circuit(CIRCUIT)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FFS");
    assert_eq!(call(&dependency).await, Ok(3));
    let counters = CIRCUIT.counters();
    assert_eq!((counters.failures, counters.successes), (2, 1));
    assert_eq!((CIRCUIT.state(), dependency.runs()), (State::Closed, 3));
}

/// Failsafe · same
#[tokio::test(start_paused = true)]
async fn co_04_a_circuit_around_a_retry_counts_the_call() {
    static CIRCUIT: Circuit = Circuit::new("co_04").failures(5);

    #[circuit(CIRCUIT)]
    #[retry(max = 2, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(call(&dependency).await, Err(Error::Busy));
    assert_eq!((dependency.runs(), CIRCUIT.counters().failures), (3, 1));
}

/// Failsafe · same
#[tokio::test(start_paused = true)]
async fn co_05_fallback_around_retry_around_circuit() {
    static CIRCUIT: Circuit = Circuit::new("co_05").failures(5);

    #[fallback(value = 7)]
    #[retry(max = 2, backoff = none)]
    #[circuit(CIRCUIT)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(call(&dependency).await, Ok(7));
    assert_eq!(CIRCUIT.counters().failures, 3);
}

/// Failsafe · same
#[tokio::test(start_paused = true)]
async fn co_08_a_timeout_inside_a_circuit_is_a_failure() {
    static CIRCUIT: Circuit = Circuit::new("co_08").failures(1);

    #[circuit(CIRCUIT)]
    #[timeout(50ms)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::taking(ms(100), "S*");
    assert!(call(&dependency).await.unwrap_err().is_timed_out());
    assert_eq!(CIRCUIT.state(), State::Open);
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn co_14_an_open_circuit_ends_the_retrying() {
    #[retry(max = 7, backoff = none)]
    #[circuit(rate = 75%, window = 4)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert!(call(&dependency).await.unwrap_err().is_circuit_open());
    assert_eq!(dependency.runs(), 4);
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn co_15_too_few_attempts_to_open() {
    static CIRCUIT: Circuit = Circuit::new("co_15").rate(75).window(4);

    #[retry(max = 2, backoff = none)]
    #[circuit(CIRCUIT)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(call(&dependency).await, Err(Error::Busy));
    assert_eq!((dependency.runs(), CIRCUIT.state()), (3, State::Closed));
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn co_17_retries_on_open_outlast_the_cooldown() {
    #[retry(max = 20, on = Error::Rejected(Rejection::CircuitOpen { .. }), backoff = constant(100ms), jitter = none)]
    #[circuit(rate = 75%, window = 4, cooldown = 1s, probes = 1)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FFFFS");
    for _ in 0..4 {
        assert_eq!(call(&dependency).await, Err(Error::Busy));
    }
    assert_eq!(timed(call(&dependency)).await, (Ok(5), 1000));
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn co_18_an_open_circuit_answers_at_once() {
    #[retry(max = 20, backoff = constant(100ms), jitter = none)]
    #[circuit(failures = 1, cooldown = 1s)]
    async fn by_class(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[retry(max = 20, when = |error: &Error| !error.is_circuit_open(), backoff = constant(100ms), jitter = none)]
    #[circuit(failures = 1, cooldown = 1s)]
    async fn by_predicate(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    // The failure that opens it, and the pause in front of the rejection.
    let (result, took) = timed(by_class(&Dependency::says("F*"))).await;
    assert!(result.unwrap_err().is_circuit_open());
    assert_eq!(took, 100);
    let (result, took) = timed(by_class(&Dependency::says("S"))).await;
    assert!(result.unwrap_err().is_circuit_open());
    assert_eq!(took, 0);
    assert!(by_predicate(&Dependency::says("F*")).await.is_err());
    let (result, took) = timed(by_predicate(&Dependency::says("S"))).await;
    assert!(result.unwrap_err().is_circuit_open());
    assert_eq!(took, 0);
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn co_22_timeouts_count_only_where_they_are_listed() {
    #[circuit(rate = 75%, window = 2)]
    #[timeout(50ms)]
    async fn listed(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    #[circuit(rate = 75%, window = 2, on = Error::Busy)]
    #[timeout(50ms)]
    async fn not_listed(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("H*");
    for _ in 0..2 {
        assert!(listed(&dependency).await.unwrap_err().is_timed_out());
        assert!(not_listed(&dependency).await.unwrap_err().is_timed_out());
    }
    assert!(listed(&dependency).await.unwrap_err().is_circuit_open());
    assert!(not_listed(&dependency).await.unwrap_err().is_timed_out());
}

/// SmallRye Fault Tolerance · adapted. A cooldown of 1 ms: one of zero is refused
#[tokio::test(start_paused = true)]
async fn co_23_a_short_cooldown_lets_the_next_attempt_probe() {
    static CIRCUIT: Circuit = Circuit::new("co_23").failures(5).cooldown(ms(1)).probes(1);

    // Theirs cools down for no time at all, which our rules refuse.
    #[retry(max = 10, on = _, backoff = constant(1ms), jitter = none)]
    #[circuit(CIRCUIT)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FFFFFS");
    assert_eq!(call(&dependency).await, Ok(6));
    let counters = CIRCUIT.counters();
    assert_eq!(
        (counters.failures, counters.successes, counters.rejected),
        (5, 1, 0)
    );
}

/// SmallRye Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn co_24_retries_without_a_pause_only_meet_the_open_circuit() {
    static CIRCUIT: Circuit = Circuit::new("co_24").failures(5).cooldown(ms(100));

    #[retry(max = 10, on = _, backoff = none)]
    #[circuit(CIRCUIT)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("FFFFFS");
    assert!(call(&dependency).await.unwrap_err().is_circuit_open());
    let counters = CIRCUIT.counters();
    assert_eq!((counters.failures, counters.rejected), (5, 6));
}

/// SmallRye Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn co_25_below_the_volume_nothing_opens() {
    static CIRCUIT: Circuit = Circuit::new("co_25").window(5);

    #[retry(backoff = none)]
    #[circuit(CIRCUIT)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(call(&Dependency::says("FFS")).await, Ok(3));
    let counters = CIRCUIT.counters();
    assert_eq!((counters.successes, counters.failures), (1, 2));
    assert_eq!(CIRCUIT.state(), State::Closed);
}
