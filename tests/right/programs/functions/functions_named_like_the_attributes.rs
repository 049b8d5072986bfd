use resilience::{circuit, fallback, retry, timeout};

use crate::Error;

#[fallback(fallback)]
#[retry]
async fn retry(n: u32) -> Result<u32, Error> {
    timeout(n).await
}

#[timeout(1s)]
async fn timeout(n: u32) -> Result<u32, Error> {
    circuit(n).await
}

#[circuit]
async fn circuit(n: u32) -> Result<u32, Error> {
    if n > 1 { Err(Error::Gone) } else { Ok(n) }
}

async fn fallback(n: u32) -> Result<u32, Error> {
    std::future::ready(()).await;
    Ok(n + 10)
}

pub(super) async fn run() {
    assert_eq!((retry(1).await, retry(2).await), (Ok(1), Ok(12)));
}
