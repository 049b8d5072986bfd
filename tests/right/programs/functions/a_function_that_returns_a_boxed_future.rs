use std::{future::Future, pin::Pin};

use resilience::{retry, timeout};

use crate::{Error, Flaky};

#[retry]
#[timeout(1s)]
fn boxed(flaky: Flaky, left: u32) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send>> {
    Box::pin(async move {
        flaky.attempt()?;
        match left {
            0 => Ok(0),
            left => Ok(boxed(flaky, left - 1).await? + 1),
        }
    })
}

#[retry]
fn lends<'a>(
    flaky: &'a Flaky,
    n: &'a u32,
) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send + 'a>> {
    Box::pin(async move {
        flaky.attempt()?;
        Ok(*n)
    })
}

pub(super) async fn run() {
    assert_eq!(boxed(Flaky::times(2), 3).await, Ok(3));
    assert_eq!(lends(&Flaky::times(2), &4).await, Ok(4));
}
