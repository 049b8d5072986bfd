use resilience::{Rejection, rate_limit};

#[rate_limit(n)]
async fn call(n: u32) -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
