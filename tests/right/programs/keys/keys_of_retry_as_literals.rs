use resilience::retry;

use crate::{Error, Flaky};

#[retry(
    max = 3,
    on = Retryable,
    when = |error| *error == Error::Busy,
    on_ok = |n| *n == 0,
    after = |_| None,
    backoff = exponential(100ms, factor = 1.5, cap = 10s),
    jitter = equal,
    budget = on,
    after_max = 2m,
    name = "keys of retry",
)]
async fn all(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(1)
}

#[retry(attempts = 4, on = _, budget = none, jitter = none)]
async fn attempts(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(2)
}

#[retry(on = Unapplied)]
async fn unapplied(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(3)
}

#[retry(max = 0, on = Throttled)]
async fn throttled(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(4)
}

#[retry(on = Permanent)]
async fn permanent(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(5)
}

pub(super) async fn run() {
    assert_eq!(all(&Flaky::times(3)).await, Ok(1));
    assert_eq!(attempts(&Flaky::times(3)).await, Ok(2));
    assert_eq!(unapplied(&Flaky::times(1)).await, Ok(3));
    assert_eq!(throttled(&Flaky::times(0)).await, Ok(4));
    assert_eq!(permanent(&Flaky::times(1)).await, Err(Error::Busy));
}
