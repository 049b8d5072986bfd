//! A replicated store of which one answer in twenty is slow, asked with and without a hedge.
//!
//! The clock is tokio's paused one, so that the times are exact and the example takes none.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::{
    io,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use resilience::{HedgeBudget, hedge};
use tokio::time::{Instant, sleep};

/// The store: its answers take 5 to 14 ms, one in twenty takes 300 ms.
struct Store {
    asked: AtomicU32,
}

impl Store {
    async fn read(&self, key: u32) -> io::Result<u32> {
        let asked = self.asked.fetch_add(1, Relaxed);
        let slow = asked % 20 == 19;
        let takes = if slow { 300 } else { 5 + u64::from(asked % 10) };
        sleep(Duration::from_millis(takes)).await;
        Ok(key)
    }
}

async fn plain(store: &Store, key: u32) -> io::Result<u32> {
    store.read(key).await
}

/// All functions that read from the store share what it can bear.
static READS: HedgeBudget = HedgeBudget::new().share(10);

#[hedge(after = 20ms, budget = READS)]
async fn hedged(store: &Store, key: u32) -> io::Result<u32> {
    store.read(key).await
}

// From when on a read is slow, the function finds out by itself.
#[hedge(after = p90, budget = READS)]
async fn learned(store: &Store, key: u32) -> io::Result<u32> {
    store.read(key).await
}

/// Asks for 1000 keys, one after the other, and prints what most and almost all reads took.
async fn measure<F: Future<Output = io::Result<u32>>>(
    name: &str,
    store: &Store,
    read: impl Fn(u32) -> F,
) -> io::Result<()> {
    let mut times = Vec::new();
    let before = store.asked.load(Relaxed);
    for key in 0..1000 {
        let start = Instant::now();
        read(key).await?;
        times.push(start.elapsed().as_millis());
    }
    times.sort_unstable();
    let asked = store.asked.load(Relaxed) - before;
    let at = |percent: usize| times.get(10 * percent).copied().unwrap_or_default();
    let (p50, p99) = (at(50), at(99));
    println!("{name:8} p50 {p50:>3} ms, p99 {p99:>3} ms, {asked} reads for 1000 keys");
    Ok(())
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> io::Result<()> {
    let store = &Store {
        asked: AtomicU32::new(0),
    };
    measure("plain", store, |key| plain(store, key)).await?;
    measure("hedged", store, |key| hedged(store, key)).await?;
    measure("learned", store, |key| learned(store, key)).await
}
