use resilience::{fallback, retry, timeout};

use crate::{Error, Flaky};

/// Documented above, with a `#[doc]`:
#[doc = "and more."]
#[must_use = "it is asked for its value"]
#[inline]
#[timeout(5s)]
#[doc(alias = "get")]
/// Documented between.
#[retry]
#[cold]
#[doc(hidden)]
async fn described(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(1)
}

/** A block comment. */
#[fallback(value = 2)]
#[inline(never)]
/** Below, too. */
async fn block() -> Result<u32, Error> {
    Err(Error::Gone)
}

pub(super) async fn run() {
    assert_eq!(described(&Flaky::times(1)).await, Ok(1));
    assert_eq!(block().await, Ok(2));
}
