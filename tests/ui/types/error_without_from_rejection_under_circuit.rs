use resilience::circuit;

struct Plain;

#[circuit(failures = 3, on = _)]
async fn call() -> Result<(), Plain> {
    Ok(())
}

fn main() {}
