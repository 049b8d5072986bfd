use std::io;

use resilience::{retry, timeout};

use crate::{Error, Flaky};

type Outcome<T, E = Error> = Result<T, E>;
type Loaded = Outcome<u32>;

#[timeout(1s)]
#[retry]
async fn short(flaky: &Flaky) -> Outcome<u32> {
    flaky.attempt()?;
    Ok(1)
}

#[timeout(1s)]
#[retry]
async fn shorter(flaky: &Flaky) -> Loaded {
    flaky.attempt()?;
    Ok(2)
}

#[timeout(1s)]
#[retry]
async fn from_std(flaky: &Flaky) -> io::Result<u32> {
    flaky.attempt().map_err(|_| io::ErrorKind::TimedOut)?;
    Ok(3)
}

pub(super) async fn run() {
    let once = || Flaky::times(1);
    assert_eq!(short(&once()).await, Ok(1));
    assert_eq!(shorter(&once()).await, Ok(2));
    assert_eq!(from_std(&once()).await.ok(), Some(3));
}
