use std::{fmt::Display, future::Future};

use resilience::{circuit, retry};

use crate::{Error, Flaky};

trait Send2<M> {
    fn send(&self, message: M, flaky: &Flaky)
    -> impl Future<Output = Result<String, Error>> + Send;
}

impl<T, M> Send2<M> for T
where
    T: Display + Sync,
    M: Display + Clone + Send,
{
    #[circuit]
    #[retry]
    async fn send(&self, message: M, flaky: &Flaky) -> Result<String, Error> {
        flaky.attempt()?;
        Ok(format!("{self} {message}"))
    }
}

pub(super) async fn run() {
    assert_eq!("to".send(1, &Flaky::times(1)).await, Ok("to 1".to_owned()));
}
