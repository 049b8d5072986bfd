use resilience::{RateLimit, Rejection, rate_limit};

static API: RateLimit = RateLimit::new("api").burst(5);

#[rate_limit(API)]
async fn call() -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
