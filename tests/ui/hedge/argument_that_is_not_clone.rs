#[path = "../support.rs"]
mod support;

use resilience::hedge;
use support::Error;

struct Once;

#[hedge(after = 50ms)]
async fn call(once: Once) -> Result<u32, Error> {
    drop(once);
    Ok(1)
}

fn main() {}
