use resilience::{circuit, fallback, retry};

use crate::{Error, Flaky};

#[fallback(value = state)]
#[retry]
#[circuit(key = key)]
async fn all(
    filter: &Flaky,
    args: u32,
    state: u32,
    key: &str,
    policy: u32,
    inner: u32,
    asked: u32,
) -> Result<u32, Error> {
    filter.attempt()?;
    let outcome = args + state + policy;
    Ok(outcome + inner + asked + u32::from(key.is_empty()))
}

pub(super) async fn run() {
    assert_eq!(all(&Flaky::times(1), 1, 2, "k", 3, 4, 5).await, Ok(15));
}
