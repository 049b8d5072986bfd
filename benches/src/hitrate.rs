//! How often a bounded cache has what is asked for, beside two crates that are known for it.
//!
//! The same requests go to each: popularity by Zipf's law with several exponents, scans of keys
//! that never come again, popularity that moves, popularity of what is new, and a loop that is a
//! little longer than the cache.

use std::{
    fmt::Write as _,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use fastrand::Rng;
use resilience::{Cache, cache};

use crate::body::Error;

const REQUESTS: usize = 500_000;
const KEYS: usize = 100_000;
const TTL: Duration = Duration::from_secs(3600);

static SMALL: Cache<u64, ()> = Cache::new("small", TTL).max(100);
static MIDDLE: Cache<u64, ()> = Cache::new("middle", TTL).max(1000);
static LARGE: Cache<u64, ()> = Cache::new("large", TTL).max(10_000);

#[cache(SMALL)]
async fn small(key: u64) -> Result<(), Error> {
    std::hint::black_box(key);
    Ok(())
}

#[cache(MIDDLE)]
async fn middle(key: u64) -> Result<(), Error> {
    std::hint::black_box(key);
    Ok(())
}

#[cache(LARGE)]
async fn large(key: u64) -> Result<(), Error> {
    std::hint::black_box(key);
    Ok(())
}

/// A Markdown table of hit rates in per cent.
pub(crate) fn table() -> String {
    let mut table = String::from("| requests | entries | ours | moka | quick_cache |\n");
    table += "|---|---:|---:|---:|---:|\n";
    for (name, requests) in traces() {
        for (cache, max) in [(&SMALL, 100), (&MIDDLE, 1000), (&LARGE, 10_000)] {
            let (ours, moka, quick) = (
                ours(cache, max, &requests),
                moka(max, &requests),
                quick(max, &requests),
            );
            // A string takes every text.
            let _ = writeln!(
                table,
                "| {name} | {max} | {ours:.1} | {moka:.1} | {quick:.1} |"
            );
        }
    }
    table
}

fn ours(cache: &Cache<u64, ()>, max: usize, requests: &[u64]) -> f64 {
    cache.clear();
    let before = cache.counters().hits;
    let mut context = Context::from_waker(Waker::noop());
    for &key in requests {
        let ready = match max {
            100 => pin!(small(key)).poll(&mut context),
            1000 => pin!(middle(key)).poll(&mut context),
            _ => pin!(large(key)).poll(&mut context),
        };
        assert!(matches!(ready, Poll::Ready(Ok(()))), "nothing waits here");
    }
    percent(cache.counters().hits - before)
}

fn moka(max: usize, requests: &[u64]) -> f64 {
    let cache = moka::sync::Cache::new(max as u64);
    let hits = requests.iter().filter(|key| {
        let hit = cache.get(*key).is_some();
        if !hit {
            cache.insert(**key, ());
        }
        hit
    });
    percent(hits.count() as u64)
}

fn quick(max: usize, requests: &[u64]) -> f64 {
    let cache = quick_cache::sync::Cache::new(max);
    let hits = requests.iter().filter(|key| {
        let hit = cache.get(*key).is_some();
        if !hit {
            cache.insert(**key, ());
        }
        hit
    });
    percent(hits.count() as u64)
}

#[expect(clippy::cast_precision_loss, reason = "a share of half a million")]
fn percent(hits: u64) -> f64 {
    hits as f64 * 100.0 / REQUESTS as f64
}

fn traces() -> Vec<(String, Vec<u64>)> {
    let mut random = Rng::with_seed(7);
    let mut traces = Vec::new();
    for exponent in [0.7, 0.9, 1.0, 1.2] {
        let zipf = Zipf::new(KEYS, exponent);
        let requests = (0..REQUESTS).map(|_| zipf.next(&mut random)).collect();
        traces.push((format!("Zipf {exponent}"), requests));
    }
    let zipf = Zipf::new(KEYS, 0.9);
    let scanned = (0..REQUESTS as u64).map(|n| match n % 30_000 {
        ..20_000 => zipf.next(&mut random),
        _ => 1_000_000 + n,
    });
    traces.push(("Zipf 0.9 and scans".to_owned(), scanned.collect()));
    let moving = (0..REQUESTS as u64).map(|n| zipf.next(&mut random) + n / 50_000 * 20_000);
    traces.push(("Zipf 0.9, moving".to_owned(), moving.collect()));
    let recent = Zipf::new(20_000, 0.8);
    let newest = (0..REQUESTS as u64).map(|n| 1_000_000 + n / 20 - recent.next(&mut random));
    traces.push(("the newest".to_owned(), newest.collect()));
    let around = (0..REQUESTS as u64).map(|n| n % 12_000);
    traces.push(("a loop of 12 000".to_owned(), around.collect()));
    traces
}

/// The n-th key is asked for in proportion to 1 / n^exponent.
struct Zipf(Vec<f64>);

impl Zipf {
    #[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
    fn new(keys: usize, exponent: f64) -> Self {
        let mut sum = 0.0;
        let upto = (1..=keys).map(|n| {
            sum += (n as f64).powf(-exponent);
            sum
        });
        Self(upto.collect())
    }

    fn next(&self, random: &mut Rng) -> u64 {
        let all = self.0.last().copied().unwrap_or_default();
        let drawn = random.f64() * all;
        self.0.partition_point(|upto| *upto < drawn) as u64
    }
}
