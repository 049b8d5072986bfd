use resilience::retry;

struct Plain;

#[retry]
async fn call() -> Result<(), Plain> {
    Ok(())
}

fn main() {}
