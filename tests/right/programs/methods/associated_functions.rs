use std::time::Duration;

use resilience::{Retry, circuit, fallback, retry, timeout};

use crate::{Error, Flaky};

#[derive(Debug, PartialEq)]
struct Session(u32);

impl Session {
    const LIMIT: Duration = Duration::from_secs(2);
    const POLICY: Retry = Retry::new().max(2);

    #[fallback(Self::anonymous)]
    #[timeout(Self::LIMIT)]
    #[retry(Self::POLICY)]
    #[circuit]
    async fn open(flaky: &Flaky, user: u32) -> Result<Self, Error> {
        flaky.attempt()?;
        Ok(Self(user))
    }

    async fn anonymous(_flaky: &Flaky, _user: u32) -> Result<Self, Error> {
        std::future::ready(()).await;
        Ok(Self(0))
    }
}

pub(super) async fn run() {
    assert_eq!(Session::open(&Flaky::times(2), 7).await, Ok(Session(7)));
    assert_eq!(Session::open(&Flaky::times(3), 7).await, Ok(Session(0)));
}
