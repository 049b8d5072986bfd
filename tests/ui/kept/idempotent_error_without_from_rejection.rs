use resilience::idempotent;

#[derive(Debug)]
struct Error;

#[idempotent(key = id)]
async fn call(id: u32) -> Result<u32, Error> {
    let _ = Error;
    Ok(id)
}

fn main() {}
