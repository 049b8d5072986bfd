//! Hits over 64 keys, ours and those of crates that are used for the same.

use std::{sync::LazyLock, time::Duration};

use resilience::cache;

use crate::body::{self, Error};

const KEYS: u64 = 64;
const TTL: Duration = Duration::from_secs(60);

#[cache(60s)]
async fn of_number(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

#[cache(60s)]
async fn of_text(x: u64) -> Result<String, Error> {
    Ok(body::ready(x).await?.to_string())
}

pub(crate) async fn ours(x: u64) -> Result<u64, Error> {
    of_number(x % KEYS).await
}

pub(crate) async fn ours_text(x: u64) -> Result<String, Error> {
    of_text(x % KEYS).await
}

/// Without a time to live, which the crate does not have.
pub(crate) async fn quick(x: u64) -> Result<u64, Error> {
    static CACHE: LazyLock<quick_cache::sync::Cache<u64, u64>> =
        LazyLock::new(|| quick_cache::sync::Cache::new(10_000));
    let key = x % KEYS;
    CACHE.get_or_insert_async(&key, body::ready(key)).await
}

pub(crate) async fn quick_text(x: u64) -> Result<String, Error> {
    static CACHE: LazyLock<quick_cache::sync::Cache<u64, String>> =
        LazyLock::new(|| quick_cache::sync::Cache::new(10_000));
    let key = x % KEYS;
    let load = async { Ok(body::ready(key).await?.to_string()) };
    CACHE.get_or_insert_async(&key, load).await
}

pub(crate) async fn moka(x: u64) -> Result<u64, Error> {
    static CACHE: LazyLock<moka::future::Cache<u64, u64>> = LazyLock::new(|| {
        moka::future::Cache::builder()
            .max_capacity(10_000)
            .time_to_live(TTL)
            .build()
    });
    let key = x % KEYS;
    let loaded = CACHE.try_get_with(key, body::ready(key)).await;
    loaded.map_err(|_| Error::Busy)
}

#[cached::macros::cached(max_size = 10_000, ttl_secs = 60)]
async fn of_cached(x: u64) -> Result<u64, Error> {
    body::ready(x).await
}

pub(crate) async fn cached(x: u64) -> Result<u64, Error> {
    of_cached(x % KEYS).await
}
