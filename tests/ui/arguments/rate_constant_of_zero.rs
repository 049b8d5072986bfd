use resilience::{Rate, Rejection, rate_limit};

const NONE: Rate = Rate::per_second(0);

#[rate_limit(NONE)]
async fn call() -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
