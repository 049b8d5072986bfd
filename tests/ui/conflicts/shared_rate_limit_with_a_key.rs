use std::time::Duration;

use resilience::{RateLimit, Rejection, rate_limit};

static API: RateLimit = RateLimit::new("api").rate(5, Duration::from_secs(1));

#[rate_limit(API, key = host)]
async fn call(host: &str) -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
