use resilience::{circuit, retry, timeout};
use tracing::instrument;

use crate::{Error, Flaky};

#[instrument(skip_all, fields(n), err(Debug), level = "debug")]
#[retry]
#[timeout(1s)]
async fn above(flaky: &Flaky, n: u32) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(n)
}

#[retry]
#[timeout(1s)]
#[instrument(skip(flaky), ret)]
async fn below(flaky: &Flaky, n: u32) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(n)
}

#[retry]
#[instrument(skip_all)]
#[circuit]
async fn between(flaky: &Flaky, (one, two): (u32, u32)) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(one + two)
}

#[derive(Debug)]
struct Client(Flaky);

impl Client {
    #[instrument]
    #[timeout(1s)]
    #[retry]
    async fn method(&self, n: u32) -> Result<u32, Error> {
        self.0.attempt()?;
        Ok(n)
    }
}

pub(super) async fn run() {
    assert_eq!(above(&Flaky::times(1), 1).await, Ok(1));
    assert_eq!(below(&Flaky::times(1), 2).await, Ok(2));
    assert_eq!(between(&Flaky::times(1), (1, 2)).await, Ok(3));
    assert_eq!(Client(Flaky::times(1)).method(4).await, Ok(4));
}
