use std::sync::Arc;

use resilience::retry;

use crate::{Error, Flaky};

#[retry(when = |error| **error == Error::Busy)]
async fn shared(flaky: &Flaky) -> Result<u32, Arc<Error>> {
    flaky.attempt().map_err(Arc::new)?;
    Ok(1)
}

pub(super) async fn run() {
    assert_eq!(shared(&Flaky::times(1)).await.ok(), Some(1));
}
