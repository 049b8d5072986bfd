use std::{error::Error as StdError, fmt::Debug};

use resilience::{Classify, Rejection, Verdict, circuit, retry, timeout};

use crate::Flaky;

#[derive(Debug, PartialEq)]
enum Failed<E> {
    Inner(E),
    Rejected(Rejection),
}

impl<E> Classify for Failed<E> {
    fn classify(&self) -> Verdict {
        match self {
            Self::Inner(_) => Verdict::retryable(),
            Self::Rejected(rejection) => rejection.classify(),
        }
    }
}

impl<E> From<Rejection> for Failed<E> {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

#[timeout(60s)]
#[retry]
#[circuit]
async fn wrapped<E: Debug + Send>(flaky: &Flaky, make: fn() -> E) -> Result<u32, Failed<E>> {
    flaky.attempt().map_err(|_| Failed::Inner(make()))?;
    Ok(1)
}

#[timeout(1s)]
#[retry]
async fn of_the_caller<E>(flaky: &Flaky) -> Result<u32, E>
where
    E: Classify + From<Rejection> + From<crate::Error> + Send,
{
    flaky.attempt()?;
    Ok(2)
}

#[timeout(1s)]
async fn any_error<E: From<Rejection> + StdError>(error: Option<E>) -> Result<(), E> {
    error.map_or(Ok(()), Err)
}

pub(super) async fn run() {
    assert_eq!(wrapped(&Flaky::times(1), || 3).await, Ok(1));
    assert_eq!(of_the_caller::<crate::Error>(&Flaky::times(1)).await, Ok(2));
    assert_eq!(any_error::<crate::Error>(None).await, Ok(()));
}
