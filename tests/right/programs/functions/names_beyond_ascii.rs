use resilience::{circuit, fallback, retry, timeout};

use crate::{Error, Flaky};

async fn später(größe: u32) -> Result<u32, Error> {
    std::future::ready(()).await;
    Ok(größe)
}

#[fallback(später(größe))]
#[timeout(1s)]
#[retry]
#[circuit(key = größe)]
async fn lädt(πηγή: &Flaky, größe: u32) -> Result<u32, Error> {
    πηγή.attempt()?;
    Ok(größe + 1)
}

pub(super) async fn run() {
    assert_eq!(lädt(&Flaky::times(1), 3).await, Ok(4));
    assert_eq!(lädt(&Flaky::times(9), 3).await, Ok(3));
}
