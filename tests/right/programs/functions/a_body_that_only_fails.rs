use std::convert::Infallible;

use resilience::{fallback, retry, timeout};

use crate::Error;

#[fallback(value = 3)]
#[retry(max = 1)]
async fn fails() -> Result<u32, Error> {
    Err(Error::Busy)
}

#[retry(max = 1)]
#[timeout(1s)]
async fn never() -> Result<Infallible, Error> {
    Err(Error::Busy)
}

#[timeout(1ms)]
async fn waits() -> Result<u32, Error> {
    std::future::pending().await
}

pub(super) async fn run() {
    assert_eq!(fails().await, Ok(3));
    assert_eq!(never().await, Err(Error::Busy));
    assert!(matches!(waits().await, Err(Error::Rejected(_))));
}
