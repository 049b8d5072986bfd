//! A webhook that is delivered twice is handled once, and asks a slow service once a minute.
//!
//! `cargo run --example webhook`

use std::{
    io::{self, Write},
    time::Duration,
};

use resilience::{Cache, Classify, Rejection, cache, caches, idempotent, retry, timeout};
use tokio::time::{Instant, sleep};

#[derive(Debug, thiserror::Error, Classify)]
enum Error {
    #[error("no rate for {0}")]
    #[permanent]
    NoRate(String),
    #[error(transparent)]
    #[inherit]
    Rejected(#[from] Rejection),
}

/// What a payment provider sends, and sends again when the answer gets lost.
#[derive(Debug, Clone)]
struct Event {
    id: String,
    currency: &'static str,
    cents: u64,
}

static RATES: Cache<String, u64> =
    Cache::new("rates", Duration::from_secs(60)).stale(Duration::from_secs(600));

/// Per mille of a euro. One call asks at a time, whoever needs it.
#[cache(RATES)]
#[retry(max = 2)]
#[timeout(2s)]
async fn rate(currency: &str) -> Result<u64, Error> {
    sleep(Duration::from_millis(300)).await;
    match currency {
        "EUR" => Ok(1000),
        "USD" => Ok(860),
        other => Err(Error::NoRate(other.to_owned())),
    }
}

/// Books a payment; the same event is booked once.
#[idempotent(key = &event.id, ttl = 7d)]
async fn book(event: Event) -> Result<u64, Error> {
    let booked = event.cents * rate(event.currency).await? / 1000;
    Ok(booked)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let event = |id: u32, currency| Event {
        id: format!("evt_{id}"),
        currency,
        cents: 10_000,
    };
    let start = Instant::now();
    let deliveries = [
        event(1, "USD"),
        event(2, "USD"),
        event(1, "USD"), // again, while the first is under way
        event(3, "XXX"),
        event(4, "EUR"),
    ];
    let booked: Vec<_> = deliveries
        .into_iter()
        .map(|it| tokio::spawn(book(it)))
        .collect();
    let mut out = io::stdout().lock();
    for booked in booked {
        match booked.await? {
            Ok(cents) => writeln!(out, "booked {cents} cents")?,
            Err(error) => writeln!(out, "not booked: {error}")?,
        }
    }
    for cache in caches() {
        let counted = cache.counters();
        let (asked, shared) = (counted.misses, counted.waited + counted.hits);
        writeln!(
            out,
            "{}: asked {asked} times, shared {shared} times",
            cache.name()
        )?;
    }
    writeln!(out, "{} ms", start.elapsed().as_millis() / 100 * 100)
}
