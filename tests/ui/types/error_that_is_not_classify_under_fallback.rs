use resilience::fallback;

struct Plain;

#[fallback(value = (), on = Permanent)]
async fn call() -> Result<(), Plain> {
    Ok(())
}

fn main() {}
