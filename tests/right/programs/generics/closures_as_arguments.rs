use std::future::Future;

use resilience::{retry, timeout};

use crate::{Error, Flaky};

#[retry]
#[timeout(1s)]
async fn with<F, R>(flaky: &Flaky, make: F) -> Result<R, Error>
where
    F: for<'a> Fn(&'a str) -> R + Clone + Send,
    R: Send,
{
    flaky.attempt()?;
    Ok(make("text"))
}

#[retry]
async fn again<F, Fut>(mut run: F) -> Result<u32, Error>
where
    F: FnMut(u32) -> Fut + Clone + Send,
    Fut: Future<Output = Result<u32, Error>> + Send,
{
    run(1).await
}

#[retry(max = 1)]
async fn dynamic(check: &(dyn Fn(u32) -> bool + Sync), n: u32) -> Result<bool, Error> {
    Ok(check(n))
}

pub(super) async fn run() {
    assert_eq!(with(&Flaky::times(1), str::len).await, Ok(4));
    let flaky = Flaky::times(2);
    let attempt = |n| std::future::ready(flaky.attempt().map(|()| n));
    assert_eq!(again(attempt).await, Ok(1));
    assert_eq!(dynamic(&|n| n > 1, 2).await, Ok(true));
}
