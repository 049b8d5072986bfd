use std::time::Duration;

use resilience::{Schedule, circuit, fallback, retry, timeout};

use crate::{Error, Flaky};

#[derive(Debug, Clone)]
struct Client {
    flaky: Flaky,
    host: String,
    limit: Duration,
    retries: u32,
}

impl Client {
    const fn limit(&self) -> Duration {
        self.limit
    }

    fn expected(&self, error: &Error) -> bool {
        self.retries > 0 && *error == Error::Busy
    }

    #[fallback(value = self.host.clone())]
    #[timeout(self.limit() * 2)]
    #[retry(max = self.retries + 1, backoff = Schedule::constant(self.limit / 100), when = |error| self.expected(error))]
    #[circuit(failures = self.retries * 10, key = self.host.as_str())]
    #[timeout(self.limit)]
    async fn load(&self) -> Result<String, Error> {
        self.flaky.attempt()?;
        Ok(String::new())
    }
}

pub(super) async fn run() {
    let limit = Duration::from_secs(1);
    let client = Client {
        flaky: Flaky::times(2),
        host: "h".to_owned(),
        limit,
        retries: 1,
    };
    assert_eq!(client.load().await, Ok(String::new()));
}
