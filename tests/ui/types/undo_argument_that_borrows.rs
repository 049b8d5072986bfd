#[path = "../support.rs"]
mod support;

use resilience::compensate;
use support::Error;

#[derive(Clone)]
struct Holder<'a>(&'a str);

async fn undo(_: Holder<'_>) -> Result<(), Error> {
    Ok(())
}

#[compensate(undo(holder))]
async fn call(holder: Holder<'_>) -> Result<usize, Error> {
    Ok(holder.0.len())
}

fn main() {}
