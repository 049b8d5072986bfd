use resilience::{circuit, fallback, retry, timeout};

use crate::{Error, Flaky};

#[cfg_attr(not(miri), retry(max = 2))]
#[cfg_attr(any(), circuit(failures = nonsense))]
#[timeout(1s)]
async fn single(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(1)
}

#[cfg_attr(all(), fallback(value = 0), retry, circuit)]
#[cfg(not(miri))]
#[cfg_attr(not(any()), doc = "Conditional.", timeout(1s))]
async fn several(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(2)
}

#[cfg(any())]
#[retry]
async fn several() -> Result<u32, Error> {}

#[timeout(1s)]
#[retry]
#[cfg(any())]
async fn single(never: Compiled) -> Result<u32, Error> {}

#[timeout(1s)]
async fn arguments(#[cfg(not(miri))] n: u32, #[cfg(miri)] gone: Nothing) -> Result<u32, Error> {
    Ok(n)
}

pub(super) async fn run() {
    assert_eq!(single(&Flaky::times(1)).await, Ok(1));
    assert_eq!(several(&Flaky::times(1)).await, Ok(2));
    assert_eq!(arguments(3).await, Ok(3));
}
