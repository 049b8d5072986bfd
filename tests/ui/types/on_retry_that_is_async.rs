#[path = "../support.rs"]
mod support;

use resilience::{Retrying, retry};
use support::Error;

async fn note(_: &Retrying<'_, Error>) {}

#[retry(on_retry = note)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
