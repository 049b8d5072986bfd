use resilience::timeout;

struct Plain;

#[timeout(1s)]
async fn call() -> Result<(), Plain> {
    Ok(())
}

fn main() {}
