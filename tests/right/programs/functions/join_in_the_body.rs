use futures::future;
use resilience::{circuit, retry, timeout};

use crate::{Error, Flaky};

#[retry]
#[timeout(1s)]
async fn one(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(1)
}

#[circuit]
#[timeout(60s)]
async fn all(flaky: &Flaky) -> Result<u32, Error> {
    let (left, right) = tokio::try_join!(one(flaky), one(flaky))?;
    let more = future::try_join_all((0..3).map(|_| one(flaky))).await?;
    let (last, ()) = tokio::join!(one(flaky), async {});
    Ok(left + right + more.iter().sum::<u32>() + last?)
}

pub(super) async fn run() {
    assert_eq!(all(&Flaky::times(2)).await, Ok(6));
}
