use resilience::timeout;

struct Plain;

#[timeout(1s)]
async fn call<T: Clone>(given: T) -> Result<u32, Plain> {
    drop(given);
    Ok(3)
}

fn main() {}
