#[path = "../support.rs"]
mod support;

use resilience::cache;
use support::Error;

struct Page;

#[cache(60s)]
async fn call(id: u32) -> Result<Page, Error> {
    let _ = id;
    Ok(Page)
}

fn main() {}
