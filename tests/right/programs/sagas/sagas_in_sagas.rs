use resilience::{compensate, saga};

use crate::{Error, Flaky};

async fn undo(flaky: &Flaky) -> Result<(), Error> {
    std::future::ready(()).await;
    flaky.undone();
    Ok(())
}

#[compensate(undo(flaky))]
async fn step(flaky: &Flaky) -> Result<u32, Error> {
    Ok(flaky.left())
}

#[saga]
async fn inner(flaky: &Flaky) -> Result<u32, Error> {
    step(flaky).await?;
    step(flaky).await
}

#[saga]
async fn outer(flaky: &Flaky) -> Result<u32, Error> {
    let (one, two) = tokio::try_join!(inner(flaky), step(flaky))?;
    if one == two {
        Err(Error::Gone)
    } else {
        Ok(one)
    }
}

pub(super) async fn run() {
    let flaky = Flaky::times(0);
    assert_eq!(outer(&flaky).await, Err(Error::Gone));
    assert_eq!(flaky.undos(), 3);
}
