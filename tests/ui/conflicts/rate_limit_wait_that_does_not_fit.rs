use resilience::{Rejection, rate_limit, timeout};

#[timeout(10s, fits)]
#[rate_limit(100/s, wait = 1s)]
#[timeout(9500ms)]
async fn call() -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
