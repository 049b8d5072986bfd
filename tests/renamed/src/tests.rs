//! One case for each way to the crate.

use std::cell::Cell;

use robust::{
    Attempt, Classify, Rejection, circuit, compensate, fallback, hedge, retry, saga, timeout,
};

#[derive(Debug, Clone, PartialEq, Classify)]
#[classify(crate = robust)]
enum Error {
    #[retryable]
    Busy,
    #[inherit]
    Rejected(Rejection),
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

fn fails_once(failed: &Cell<bool>) -> Result<(), Error> {
    if failed.replace(true) {
        Ok(())
    } else {
        Err(Error::Busy)
    }
}

#[retry(max = 1, crate = robust)]
async fn on_one(failed: &Cell<bool>) -> Result<u32, Error> {
    fails_once(failed)?;
    Ok(1)
}

#[fallback(value = 9, on = Error::Rejected(_), crate = robust)]
#[retry(max = 1, crate = robust, on_retry = |_| (), on_give_up = |_| ())]
#[hedge(after = p95, crate = robust)]
#[circuit(failures = 5, key = host, crate = robust)]
#[timeout(10s, crate = robust)]
async fn on_each(failed: &Cell<bool>, host: &str) -> Result<usize, Error> {
    fails_once(failed)?;
    assert_eq!(Attempt::current().map(Attempt::number), Some(2));
    Ok(host.len())
}

mod on_a_lower_one {
    use super::{Cell, Error, fails_once};
    use robust::{circuit, retry, timeout};

    #[retry(max = 1)]
    #[circuit(failures = 5)]
    #[timeout(10s, crate = ::robust)]
    pub(super) async fn call(failed: &Cell<bool>) -> Result<u32, Error> {
        fails_once(failed)?;
        Ok(3)
    }
}

#[retry(max = 1, crate = crate::deps::robust)]
#[timeout(LIMIT)]
async fn by_a_path(failed: &Cell<bool>, limit: u32) -> Result<u32, Error> {
    fails_once(failed)?;
    Ok(limit)
}

const LIMIT: std::time::Duration = std::time::Duration::from_secs(3);

async fn undo(n: &u32) -> Result<(), Error> {
    std::future::ready(n).await;
    Ok(())
}

#[compensate(undo, crate = robust)]
#[retry(max = n)]
async fn step(n: u32) -> Result<u32, Error> {
    Ok(n)
}

#[saga(strict, crate = robust)]
async fn saga_of_one() -> Result<u32, Error> {
    step(3).await
}

crate::retried! {
    async fn by_a_macro(failed: &Cell<bool>) -> Result<u32, Error> {
        fails_once(failed)?;
        Ok(5)
    }
}

crate::limited! {
    async fn by_a_macro_over_an_item() -> Result<u32, Error> {
        Ok(6)
    }
}

#[tokio::test(start_paused = true)]
async fn every_way_to_the_crate_works() {
    let failed = || Cell::new(false);
    assert_eq!(on_one(&failed()).await, Ok(1));
    assert_eq!(on_each(&failed(), "host").await, Ok(4));
    assert_eq!(on_a_lower_one::call(&failed()).await, Ok(3));
    assert_eq!(by_a_path(&failed(), 4).await, Ok(4));
    assert_eq!(saga_of_one().await, Ok(3));
    assert_eq!(by_a_macro(&failed()).await, Ok(5));
    assert_eq!(by_a_macro_over_an_item().await, Ok(6));
}
