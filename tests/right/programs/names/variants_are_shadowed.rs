use resilience::{Classify, Rejection, circuit, fallback, retry, timeout};

use crate::Flaky;

#[derive(Debug, PartialEq, Classify)]
enum Answer {
    #[permanent]
    Ok,
    #[retryable]
    Err,
    #[permanent]
    Some,
    #[retryable]
    None,
    #[inherit]
    Rejected(Rejection),
}
use Answer::{Err, None, Ok, Some};

impl From<Rejection> for Answer {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

#[fallback(value = 2, on = Ok | Some)]
#[timeout(60s)]
#[retry(on = Err | None)]
#[circuit]
#[timeout(1s)]
async fn call(flaky: &Flaky, which: u32) -> Result<u32, Answer> {
    flaky.attempt().map_err(|_| Err)?;
    match which {
        0 => Result::Err(Ok),
        1 => Result::Err(Some),
        2 => Result::Err(None),
        _ => Result::Ok(which),
    }
}

pub(super) async fn run() {
    assert_eq!(call(&Flaky::times(1), 0).await, Result::Ok(2));
    assert_eq!(call(&Flaky::times(1), 1).await, Result::Ok(2));
    assert_eq!(call(&Flaky::times(0), 2).await, Result::Err(None));
    assert_eq!(call(&Flaky::times(3), 3).await, Result::Ok(3));
}
