use std::time::Duration;

use resilience::{
    Circuit, bulkhead, circuit, compensate, fallback, rate_limit, retry, saga, timeout,
};

use crate::{Error, Flaky};

const OUTER: Duration = Duration::from_secs(100);
static REGION: Circuit = Circuit::new("right::region");

async fn undo(n: &u32) -> Result<(), Error> {
    std::future::ready(n).await;
    Ok(())
}

#[saga(strict, name = "stacks of all layers")]
#[compensate(undo)]
#[fallback(value = 0, on = Error::Gone)]
#[timeout(OUTER)]
#[circuit(REGION)]
#[rate_limit(1_000/s)]
#[bulkhead(20, wait = 1s)]
#[timeout(99s)]
#[retry(max = 2)]
#[circuit(failures = 5)]
#[circuit(failures = 5, key = n)]
#[rate_limit(100/s, wait = 1s, key = n)]
#[bulkhead(10, key = n)]
#[timeout(10s)]
#[timeout(9s)]
async fn all(flaky: &Flaky, n: u32) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(n)
}

pub(super) async fn run() {
    assert_eq!(all(&Flaky::times(2), 3).await, Ok(3));
}
