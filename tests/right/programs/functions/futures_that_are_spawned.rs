use resilience::{circuit, compensate, fallback, retry, saga, timeout};

use crate::{Error, Flaky};

async fn undo(_: &u32) -> Result<(), Error> {
    std::future::ready(()).await;
    Ok(())
}

#[compensate(undo)]
#[fallback(value = 0)]
#[timeout(60s)]
#[retry]
#[circuit]
#[timeout(1s)]
async fn step(flaky: Flaky, n: u32) -> Result<u32, Error> {
    tokio::task::yield_now().await;
    flaky.attempt()?;
    Ok(n)
}

#[saga]
async fn all(flaky: Flaky) -> Result<u32, Error> {
    let spawned = tokio::spawn(step(flaky.clone(), 1));
    let here = step(flaky, 2).await?;
    Ok(here + spawned.await.map_err(|_| Error::Gone)??)
}

pub(super) async fn run() {
    let joined = tokio::spawn(all(Flaky::times(1))).await;
    assert_eq!(joined.ok(), Some(Ok(3)));
}
