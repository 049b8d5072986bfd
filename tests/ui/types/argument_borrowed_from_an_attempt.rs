#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

#[retry]
async fn call(items: &mut Vec<u32>) -> Result<&mut u32, Error> {
    Ok(&mut items[0])
}

fn main() {}
