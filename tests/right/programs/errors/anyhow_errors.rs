use anyhow::Context;
use resilience::{circuit, retry, timeout};

use crate::Flaky;

#[timeout(60s)]
#[retry(on = _)]
#[circuit(on = _)]
#[timeout(1s)]
async fn load(flaky: &Flaky) -> anyhow::Result<u32> {
    flaky.attempt().context("not yet")?;
    anyhow::ensure!(flaky.left() == 0, "still some left");
    Ok(1)
}

pub(super) async fn run() {
    assert_eq!(load(&Flaky::times(1)).await.ok(), Some(1));
}
