#[path = "../support.rs"]
mod support;

use std::time::Duration;

use resilience::{Begun, IdempotencyStore, StoreError, idempotent};
use support::Error;

struct Store;

impl IdempotencyStore<u32> for Store {
    type Claim = ();

    async fn begin(&self, _: &str, _: Duration) -> Result<Begun<u32, ()>, StoreError> {
        Ok(Begun::New(()))
    }

    async fn complete(&self, (): (), _: &u32, _: Duration) -> Result<bool, StoreError> {
        Ok(true)
    }

    async fn abandon(&self, (): ()) -> Result<(), StoreError> {
        Ok(())
    }
}

static STORE: Store = Store;

#[idempotent(key = (id, 1), store = STORE)]
async fn call(id: u32) -> Result<u32, Error> {
    Ok(id)
}

fn main() {}
