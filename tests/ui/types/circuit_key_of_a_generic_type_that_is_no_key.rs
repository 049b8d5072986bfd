#[path = "../support.rs"]
mod support;

use resilience::circuit;
use support::Error;

#[circuit(failures = 3, key = tenant)]
async fn call<T>(tenant: T) -> Result<u32, Error> {
    drop(tenant);
    Ok(3)
}

fn main() {}
