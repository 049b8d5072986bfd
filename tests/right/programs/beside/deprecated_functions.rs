#![expect(deprecated, reason = "the subject")]

use resilience::{fallback, retry, timeout};

use crate::{Error, Flaky};

#[deprecated(since = "0.1.0", note = "use `load`")]
#[retry]
#[timeout(1s)]
async fn old(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(1)
}

#[timeout(1s)]
#[deprecated = "use `old`"]
async fn older() -> Result<u32, Error> {
    Err(Error::Gone)
}

#[fallback(older)]
#[retry]
async fn uses() -> Result<u32, Error> {
    old(&Flaky::times(1)).await
}

pub(super) async fn run() {
    assert_eq!(uses().await, Ok(1));
    assert_eq!(older().await, Err(Error::Gone));
}
