#[path = "../support.rs"]
mod support;

use resilience::{Retrying, retry};
use support::Error;

fn note(_: &Retrying<'_, String>) {}

#[retry(on_retry = note)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
