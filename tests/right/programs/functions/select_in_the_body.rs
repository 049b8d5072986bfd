use std::time::Duration;

use resilience::{retry, timeout};

use crate::{Error, Flaky};

#[timeout(10s)]
#[retry(max = 1)]
async fn first(flaky: &Flaky) -> Result<u32, Error> {
    tokio::select! {
        biased;
        () = tokio::time::sleep(Duration::from_millis(5)) => {
            flaky.attempt()?;
            Ok(1)
        }
        () = tokio::time::sleep(Duration::from_millis(50)) => Err(Error::Gone),
    }
}

pub(super) async fn run() {
    assert_eq!(first(&Flaky::times(1)).await, Ok(1));
}
