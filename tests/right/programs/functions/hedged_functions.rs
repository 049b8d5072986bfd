use std::{future::Future, sync::Arc, time::Duration};

use resilience::{Attempt, circuit, fallback, hedge, retry, timeout};
use tokio::time::sleep;

use crate::{Error, Flaky};

#[hedge(after = 5ms, budget = none)]
async fn borrows<'a>(text: &'a str, (from, _): (usize, u32)) -> Result<&'a str, Error> {
    let attempt = Attempt::current().ok_or(Error::Gone)?;
    if !attempt.is_hedge() {
        sleep(Duration::from_secs(1)).await;
    }
    text.get(from..).ok_or(Error::Gone)
}

#[hedge(after = 5ms, max = 2)]
async fn generic<T, const N: usize>(
    list: [T; N],
    pick: impl Fn(&[T; N]) -> Option<T> + Clone,
) -> Result<T, Error>
where
    T: Clone,
{
    pick(&list).ok_or(Error::Gone)
}

#[fallback(value = n)]
#[timeout(10s)]
#[retry(max = 2, backoff = none)]
#[hedge(after = 5ms, max = 2)]
#[circuit(failures = 9, key = n)]
#[timeout(1s)]
async fn everything(flaky: &Flaky, mut n: u32, text: String) -> Result<u32, Error> {
    flaky.attempt()?;
    n += 1;
    drop(text);
    Ok(n)
}

#[hedge(after = 5ms)]
fn returns_a_future(n: u32) -> impl Future<Output = Result<u32, Error>> {
    async move { Ok(n) }
}

#[derive(Clone)]
struct Client {
    flaky: Flaky,
    n: u32,
}

impl Client {
    #[hedge(after = 5ms)]
    #[fallback(Self::other, on = Error::Gone)]
    async fn by_reference(&self) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Err(Error::Gone)
    }

    async fn other(&self) -> Result<u32, Error> {
        sleep(Duration::from_millis(1)).await;
        Ok(self.n)
    }

    #[timeout(2s)]
    #[hedge(after = self.after())]
    #[timeout(1s)]
    #[retry(max = 2, backoff = none)]
    async fn by_value(self) -> Result<u32, Error> {
        self.flaky.attempt()?;
        Ok(self.n)
    }

    #[hedge(after = 5ms)]
    async fn shared(self: &Arc<Self>) -> Result<u32, Error> {
        Ok(self.n)
    }

    fn after(&self) -> Duration {
        Duration::from_millis(u64::from(self.n))
    }
}

pub(super) async fn run() {
    assert_eq!(borrows("abc", (1, 0)).await, Ok("bc"));
    assert_eq!(generic([1, 2], |list| list.last().copied()).await, Ok(2));
    let flaky = Flaky::times(2);
    assert_eq!(everything(&flaky, 3, String::new()).await, Ok(4));
    assert_eq!(returns_a_future(5).await, Ok(5));
    let client = Client {
        flaky: Flaky::times(0),
        n: 6,
    };
    assert_eq!(client.by_reference().await, Ok(6));
    assert_eq!(client.clone().by_value().await, Ok(6));
    let client = Arc::new(client);
    assert_eq!(client.shared().await, Ok(6));
    let spawned = async move { client.shared().await };
    assert_eq!(tokio::spawn(spawned).await.ok(), Some(Ok(6)));
}
