use resilience::{circuit, retry};

use crate::{Error, Flaky};

#[derive(Debug)]
struct Http;

#[derive(Debug)]
struct Queue;

impl Http {
    #[retry]
    #[circuit]
    async fn send(&self, flaky: &Flaky) -> Result<u32, Error> {
        flaky.attempt()?;
        Ok(1)
    }
}

impl Queue {
    #[retry]
    #[circuit]
    async fn send(&self, flaky: &Flaky) -> Result<u32, Error> {
        flaky.attempt()?;
        Ok(2)
    }
}

pub(super) async fn run() {
    assert_eq!(Http.send(&Flaky::times(1)).await, Ok(1));
    assert_eq!(Queue.send(&Flaky::times(1)).await, Ok(2));
}
