use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use resilience::{Begun, IdempotencyStore, StoreError, compensate, idempotent, retry};

use crate::{Error, Flaky};

const TTL: Duration = Duration::from_secs(60);

/// Remembers one result.
struct One(Mutex<Option<u32>>);

static ONE: One = One(Mutex::new(None));

impl IdempotencyStore<u32> for One {
    type Claim = ();

    async fn begin(&self, key: &str, _: Duration) -> Result<Begun<u32, ()>, StoreError> {
        if key != "right/7" {
            return Err(key.into());
        }
        let done = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(done.map_or(Begun::New(()), Begun::Done))
    }

    async fn complete(&self, (): (), value: &u32, _: Duration) -> Result<bool, StoreError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(*value);
        Ok(true)
    }

    async fn abandon(&self, (): ()) -> Result<(), StoreError> {
        Ok(())
    }
}

#[idempotent(key = (host, port), ttl = 7d, max = 100, name = "keys of idempotent")]
async fn all(host: &str, port: u16, amount: u32) -> Result<u32, Error> {
    Ok(amount + u32::from(port) + u32::from(host.is_empty()))
}

#[idempotent(key = n, ttl = TTL)]
async fn constants(n: u32) -> Result<u32, Error> {
    Ok(n)
}

#[idempotent(key = n, ttl = TTL * n, max = n)]
async fn expressions(n: u32) -> Result<u32, Error> {
    Ok(n)
}

#[idempotent(key = n, store = ONE, ttl = 1h, name = "right")]
async fn stored(n: u32, amount: u32) -> Result<u32, Error> {
    Ok(n + amount)
}

async fn undo(_: &String) -> Result<(), Error> {
    Ok(())
}

#[idempotent(key = &name)]
#[compensate(undo)]
#[retry(max = 3, backoff = none)]
async fn in_a_stack(flaky: Flaky, name: String) -> Result<String, Error> {
    flaky.attempt()?;
    Ok(name)
}

pub(super) async fn run() {
    for amount in 1..3 {
        assert_eq!(all("host", 80, amount).await, Ok(81));
        assert_eq!(constants(2).await, Ok(2));
        assert_eq!(expressions(3).await, Ok(3));
        assert_eq!(stored(7, amount).await, Ok(8));
        let name = in_a_stack(Flaky::times(2), "a".to_owned()).await;
        assert_eq!(name, Ok("a".to_owned()));
    }
    assert!(matches!(stored(8, 1).await, Err(Error::Rejected(_))));
}
