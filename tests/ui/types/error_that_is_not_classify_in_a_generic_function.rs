use resilience::retry;

struct Plain;

#[retry]
async fn call<T: Clone>(given: T) -> Result<u32, Plain> {
    drop(given);
    Ok(3)
}

fn main() {}
