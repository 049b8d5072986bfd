#[path = "../support.rs"]
mod support;

use resilience::{Retrying, retry};
use support::Error;

fn note(_: &Retrying<'_, Error>) {}

#[retry(on_give_up = note)]
async fn call() -> Result<u32, Error> {
    Ok(1)
}

fn main() {}
