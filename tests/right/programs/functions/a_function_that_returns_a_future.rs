use std::future::Future;

use resilience::{circuit, retry, timeout};

use crate::{Error, Flaky};

#[circuit]
#[retry]
#[timeout(1s)]
fn load(flaky: Flaky, name: String) -> impl Future<Output = Result<String, Error>> + Send {
    async move {
        flaky.attempt()?;
        Ok(name)
    }
}

#[retry]
fn lend<'a>(
    flaky: &'a Flaky,
    name: &'a str,
) -> impl Future<Output = Result<&'a str, Error>> + Send + 'a {
    async move {
        flaky.attempt()?;
        Ok(name)
    }
}

#[timeout(1s)]
fn captures(flaky: &Flaky) -> impl Future<Output = Result<(), Error>> + Send + use<'_> {
    std::future::ready(flaky.attempt())
}

pub(super) async fn run() {
    let loaded = load(Flaky::times(1), "n".to_owned()).await;
    assert_eq!(loaded, Ok("n".to_owned()));
    assert_eq!(lend(&Flaky::times(1), "n").await, Ok("n"));
    assert_eq!(captures(&Flaky::times(0)).await, Ok(()));
}
