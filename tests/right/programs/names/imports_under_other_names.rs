use resilience::{circuit as breaker, fallback as or_else, retry as again, timeout as within};

use crate::{Error, Flaky};

#[or_else(value = 0)]
#[within(60s)]
#[again(max = 2)]
#[breaker]
#[within(1s)]
async fn load(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(1)
}

pub(super) async fn run() {
    assert_eq!(load(&Flaky::times(2)).await, Ok(1));
}
