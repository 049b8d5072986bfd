//! Section 12: fallbacks.

use resilience::{Circuit, State, circuit, fallback, retry, timeout};

use crate::dependency::{Count, Dependency, Error, ms, timed};

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn fb_02_after_two_retries_the_fallback() {
    #[fallback(value = 7)]
    #[retry(max = 2, backoff = none)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F*");
    assert_eq!(call(&dependency).await, Ok(7));
    assert_eq!(dependency.runs(), 3);
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn fb_03_the_handler_sees_the_error() {
    async fn handles(error: Error) -> Result<u32, Error> {
        if error == Error::Busy {
            Ok(7)
        } else {
            Err(error)
        }
    }
    #[fallback(handles(error))]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    let dependency = Dependency::says("F");
    assert_eq!(call(&dependency).await, Ok(7));
    assert_eq!(dependency.runs(), 1);
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn fb_04_failures_and_timeouts_alike() {
    #[fallback(value = 7)]
    #[retry(max = 1, backoff = none)]
    #[timeout(500ms)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    for (each, took) in [(10, 20), (1000, 1000)] {
        let dependency = Dependency::taking(ms(each), "F*");
        assert_eq!(timed(call(&dependency)).await, (Ok(7), took));
        assert_eq!(dependency.runs(), 2);
    }
}

/// MicroProfile Fault Tolerance · same
#[tokio::test(start_paused = true)]
async fn fb_05_the_same_arguments() {
    async fn other(name: &str, number: u32) -> Result<String, Error> {
        Ok(format!("{name} {number}"))
    }
    #[fallback(other)]
    async fn call(name: &str, number: u32) -> Result<String, Error> {
        let _ = (name, number);
        Err(Error::Gone)
    }
    assert_eq!(call("serviceE", 42).await, Ok("serviceE 42".to_owned()));
}

/// Hystrix · same
#[tokio::test(start_paused = true)]
async fn fb_06_the_error_of_the_fallback_is_what_the_caller_sees() {
    async fn other(_: &Dependency) -> Result<u32, Error> {
        Err(Error::Gone)
    }
    #[fallback(other)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(call(&Dependency::says("F")).await, Err(Error::Gone));
}

/// Polly · same
#[tokio::test(start_paused = true)]
async fn fb_08_an_error_that_is_not_listed_stays_untouched() {
    async fn other(_: &Dependency, called: &Count) -> Result<u32, Error> {
        called.add();
        Ok(7)
    }
    #[fallback(other, on = Error::Busy)]
    async fn call(dependency: &Dependency, called: &Count) -> Result<u32, Error> {
        let _ = called;
        dependency.call().await
    }
    let called = Count::default();
    assert_eq!(
        call(&Dependency::says("N"), &called).await,
        Err(Error::Gone)
    );
    assert_eq!(called.get(), 0);
    assert_eq!(call(&Dependency::says("F"), &called).await, Ok(7));
    assert_eq!(called.get(), 1);
}

/// failsafe-go · adapted. Counted by the circuit above
#[tokio::test(start_paused = true)]
async fn fb_09_a_fallback_value_is_a_success_and_its_error_a_failure() {
    static CIRCUIT: Circuit = Circuit::new("fb_09").failures(1);

    async fn other(works: bool) -> Result<u32, Error> {
        if works { Ok(7) } else { Err(Error::Busy) }
    }
    #[circuit(CIRCUIT)]
    #[fallback(other, on = Error::Busy)]
    async fn call(works: bool) -> Result<u32, Error> {
        let _ = works;
        Err(Error::Busy)
    }
    assert_eq!(call(true).await, Ok(7));
    assert_eq!(CIRCUIT.state(), State::Closed);
    assert_eq!(call(false).await, Err(Error::Busy));
    assert_eq!(CIRCUIT.state(), State::Open);
}

/// failsafe-go · same
#[tokio::test(start_paused = true)]
async fn fb_10_no_fallback_for_a_caller_who_has_left() {
    async fn other(_: &Dependency, called: &Count) -> Result<u32, Error> {
        called.add();
        Ok(7)
    }
    #[fallback(other)]
    async fn call(dependency: &Dependency, called: &Count) -> Result<u32, Error> {
        let _ = called;
        dependency.call().await
    }
    let (dependency, called) = (Dependency::taking(ms(100), "F"), Count::default());
    let left = tokio::time::timeout(ms(50), call(&dependency, &called)).await;
    assert!(left.is_err());
    tokio::time::sleep(ms(100)).await;
    assert_eq!((dependency.finished(), called.get()), (0, 0));
}

/// cockatiel · same
#[tokio::test(start_paused = true)]
async fn fb_11_no_fallback_for_a_success() {
    async fn other(_: &Dependency) -> Result<u32, Error> {
        unreachable!("nothing failed")
    }
    #[fallback(other)]
    async fn call(dependency: &Dependency) -> Result<u32, Error> {
        dependency.call().await
    }
    assert_eq!(call(&Dependency::says("S")).await, Ok(1));
}
