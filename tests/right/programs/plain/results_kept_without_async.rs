use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use resilience::{cache, idempotent};

use crate::Error;

static RUNS: AtomicU32 = AtomicU32::new(0);

#[cache(60s)]
fn cached(id: u32) -> Result<u32, Error> {
    Ok(id + RUNS.fetch_add(1, SeqCst))
}

#[idempotent(key = key)]
fn once(key: &str) -> Result<u32, Error> {
    Ok(RUNS.fetch_add(1, SeqCst) + u32::from(key.is_empty()))
}

#[expect(clippy::unused_async, reason = "every program is run in the same way")]
pub(super) async fn run() {
    assert_eq!((cached(1), cached(1)), (Ok(1), Ok(1)));
    assert_eq!((once("a"), once("a")), (Ok(1), Ok(1)));
}
