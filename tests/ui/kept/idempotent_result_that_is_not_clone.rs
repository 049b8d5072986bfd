#[path = "../support.rs"]
mod support;

use resilience::idempotent;
use support::Error;

struct Page;

#[idempotent(key = id)]
async fn call(id: u32) -> Result<Page, Error> {
    let _ = id;
    Ok(Page)
}

fn main() {}
