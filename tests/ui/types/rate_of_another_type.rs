use resilience::{Rejection, rate_limit};

const RATE: u32 = 100;

#[rate_limit(RATE)]
async fn call() -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
