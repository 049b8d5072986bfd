use resilience::retry;

use crate::{Error, Flaky};

#[retry]
async fn load(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(1)
}

pub(super) async fn run() {
    assert_eq!(load(&Flaky::times(3)).await, Ok(1));
}
