use futures::future::try_join_all;
use resilience::{compensate, retry, saga};

use crate::{Error, Flaky};

async fn undo(flaky: &Flaky, n: u32) -> Result<(), Error> {
    std::future::ready(n).await;
    flaky.undone();
    Ok(())
}

#[compensate(undo(flaky, n))]
#[retry]
async fn step(flaky: &Flaky, n: u32) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(n)
}

#[saga]
async fn all(flaky: &Flaky) -> Result<(), Error> {
    for n in 0..3 {
        step(flaky, n).await?;
    }
    try_join_all((3..6).map(|n| step(flaky, n))).await?;
    tokio::try_join!(step(flaky, 7), step(flaky, 8))?;
    Err(Error::Gone)
}

pub(super) async fn run() {
    let flaky = Flaky::times(2);
    assert_eq!(all(&flaky).await, Err(Error::Gone));
    assert_eq!(flaky.undos(), 8);
}
