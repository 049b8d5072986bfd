use std::time::Duration;

use resilience::{RateLimit, Rejection, rate_limit};

static API: RateLimit = RateLimit::new("api").rate(5, Duration::from_secs(1));

#[rate_limit(API, burst = 5)]
async fn call() -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
