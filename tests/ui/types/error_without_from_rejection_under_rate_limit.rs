use resilience::rate_limit;

struct Plain;

#[rate_limit(100/s)]
async fn call() -> Result<(), Plain> {
    Ok(())
}

fn main() {}
