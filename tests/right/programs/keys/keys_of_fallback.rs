use resilience::fallback;

use crate::Error;

mod others {
    use crate::Error;

    pub(super) async fn full(n: u32, name: &str) -> Result<u32, Error> {
        std::future::ready(name).await;
        if n == 1 { Ok(10) } else { Err(Error::Gone) }
    }
}

async fn told(n: u32, error: Error) -> Result<u32, Error> {
    std::future::ready(()).await;
    if n == 2 { Ok(20) } else { Err(error) }
}

#[fallback(others::full, told(n, error), value = default(&error), name = "keys of fallback")]
async fn all(n: u32, name: &str) -> Result<u32, Error> {
    if name.is_empty() {
        Err(Error::Busy)
    } else {
        Ok(n)
    }
}

fn default(error: &Error) -> u32 {
    if *error == Error::Gone { 30 } else { 0 }
}

#[fallback(told(n, error), on = Error::Gone)]
async fn filtered(n: u32) -> Result<u32, Error> {
    if n == 2 {
        Err(Error::Gone)
    } else {
        Err(Error::Busy)
    }
}

#[fallback(told, on = Retryable)]
async fn by_class(n: u32, error: Error) -> Result<u32, Error> {
    Err(if n == 2 { Error::Busy } else { error })
}

pub(super) async fn run() {
    for (n, value) in [(1, 10), (2, 20), (3, 30)] {
        assert_eq!(all(n, "").await, Ok(value));
    }
    assert_eq!(
        (filtered(2).await, filtered(1).await),
        (Ok(20), Err(Error::Busy))
    );
    assert_eq!(by_class(2, Error::Gone).await, Ok(20));
}
