use resilience as r;

use crate::{Error, Flaky};

mod glob {
    #![cfg_attr(not(test), expect(clippy::wildcard_imports, reason = "the subject"))]

    use resilience::*;

    use crate::{Error, Flaky};

    #[retry(max = 1)]
    #[timeout(1s)]
    pub(super) async fn load(flaky: &Flaky) -> Result<u32, Error> {
        flaky.attempt()?;
        Ok(2)
    }
}

mod again {
    pub(super) use resilience::retry;
}

#[resilience::fallback(value = 0)]
#[::resilience::timeout(60s)]
#[r::circuit]
#[again::retry]
async fn load(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(1)
}

pub(super) async fn run() {
    assert_eq!(load(&Flaky::times(2)).await, Ok(1));
    assert_eq!(glob::load(&Flaky::times(1)).await, Ok(2));
}
