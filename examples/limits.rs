//! Rate limits and bulkheads: what is admitted, what waits in line, what is rejected.
//!
//! The clock is tokio's paused one, so that the times are exact and the example takes none.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::time::Duration;

use futures::future::join_all;
use resilience::{
    Bulkhead, Classify, RateLimit, Rejection, bulkhead, bulkheads, rate_limit, rate_limits, retry,
};
use tokio::time::{Instant, sleep};

#[derive(Debug, thiserror::Error, Classify)]
enum ApiError {
    #[error(transparent)]
    #[inherit]
    Rejected(#[from] Rejection),
}

/// What the provider allows us, whichever function spends it.
static API: RateLimit = RateLimit::new("api")
    .rate(10, Duration::from_secs(1))
    .burst(2);

/// The pool has three connections; a query may stand in line for 100 ms.
static DB: Bulkhead = Bulkhead::new("db").max(3).wait(Duration::from_millis(100));

#[rate_limit(API)]
async fn search(text: &str) -> Result<String, ApiError> {
    Ok(format!("results for {text}"))
}

// A rejection says when to come again, and the retry waits as long.
#[retry(max = 3)]
#[rate_limit(API)]
async fn patient_search(text: &str) -> Result<String, ApiError> {
    Ok(format!("results for {text}"))
}

#[bulkhead(DB)]
async fn query(takes: Duration) -> Result<(), ApiError> {
    sleep(takes).await;
    Ok(())
}

// Five exports per second for each user; more of them stand in line.
#[rate_limit(5/s, burst = 1, wait = 1s, key = user)]
async fn export(user: &str) -> Result<String, ApiError> {
    Ok(format!("{user}.csv"))
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let start = Instant::now();
    for text in ["tea", "coffee", "milk"] {
        match search(text).await {
            Ok(found) => println!("{found}"),
            Err(error) => println!("{text}: {error}"),
        }
    }
    if let Ok(found) = patient_search("milk").await {
        println!("{found}, after {:?}", start.elapsed());
    }

    let start = Instant::now();
    let queries = join_all((0..6).map(|n| async move {
        let outcome = query(Duration::from_millis(80)).await;
        format!("query {n}: {outcome:?} after {:?}", start.elapsed())
    }));
    println!("{}", queries.await.join("\n"));

    let start = Instant::now();
    let exports = join_all(["ada", "ada", "bob"].map(|user| async move {
        let outcome = export(user).await;
        format!("{outcome:?} after {:?}", start.elapsed())
    }));
    println!("{}", exports.await.join("\n"));

    for limit in rate_limits() {
        let (name, key) = (limit.name(), limit.key().unwrap_or_default());
        let (admitted, rejected) = (limit.admitted(), limit.rejected());
        println!("{name} {key}: {admitted} admitted, {rejected} rejected");
    }
    for bulkhead in bulkheads() {
        let (name, free) = (bulkhead.name(), bulkhead.available());
        println!("{name}: {free:?} free, {} admitted", bulkhead.admitted());
    }
}
