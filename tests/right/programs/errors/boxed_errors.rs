use std::error::Error as StdError;

use resilience::{circuit, retry, timeout};

use crate::Flaky;

#[timeout(60s)]
#[retry(on = _)]
#[circuit(on = _)]
#[timeout(1s)]
async fn load(flaky: &Flaky) -> Result<u32, Box<dyn StdError + Send + Sync>> {
    flaky.attempt().map_err(|_| "not yet")?;
    Ok("1".parse()?)
}

pub(super) async fn run() {
    assert_eq!(load(&Flaky::times(1)).await.ok(), Some(1));
}
