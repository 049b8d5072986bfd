use resilience::retry;

struct Plain;

#[retry(on = Throttled)]
async fn call() -> Result<(), Plain> {
    Ok(())
}

fn main() {}
