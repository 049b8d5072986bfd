use resilience::retry;

struct Plain;

#[retry(max = n, on = _)]
async fn call(n: u32) -> Result<(), Plain> {
    Ok(())
}

fn main() {}
