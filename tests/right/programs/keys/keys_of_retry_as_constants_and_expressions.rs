use std::time::Duration;

use resilience::{Retry, RetryBudget, retry};

use crate::{Error, Flaky};

const HTTP: Retry = Retry::new().max(2);
const MAX: u32 = 3;
const BASE: Duration = Duration::from_millis(10);
const CAP: Duration = Duration::from_secs(1);
static BUDGET: RetryBudget = RetryBudget::new();

#[retry(HTTP)]
async fn named(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(1)
}

#[retry(HTTP, max = 5, budget = BUDGET, on = Error::Busy)]
async fn overridden(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(2)
}

#[retry(max = MAX, backoff = exponential(BASE, cap = CAP), after_max = CAP, budget = BUDGET)]
async fn constants(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(3)
}

#[retry(attempts = n + 1, backoff = constant(BASE * n), after_max = CAP * 2, when = |error| is_busy(error, n))]
async fn expressions(flaky: &Flaky, n: u32) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(n)
}

fn is_busy(error: &Error, n: u32) -> bool {
    n > 0 && *error == Error::Busy
}

pub(super) async fn run() {
    assert_eq!(named(&Flaky::times(2)).await, Ok(1));
    assert_eq!(overridden(&Flaky::times(5)).await, Ok(2));
    assert_eq!(constants(&Flaky::times(3)).await, Ok(3));
    assert_eq!(expressions(&Flaky::times(4), 4).await, Ok(4));
}
