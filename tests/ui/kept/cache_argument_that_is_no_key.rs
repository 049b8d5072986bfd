#[path = "../support.rs"]
mod support;

use resilience::cache;
use support::Error;

#[cache(60s)]
async fn call(id: u32, price: f64) -> Result<f64, Error> {
    let _ = id;
    Ok(price)
}

fn main() {}
