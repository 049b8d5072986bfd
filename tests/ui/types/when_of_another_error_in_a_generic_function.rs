#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

fn is_empty(text: &String) -> bool {
    text.is_empty()
}

#[retry(when = is_empty)]
async fn call<T: Clone>(given: T) -> Result<u32, Error> {
    drop(given);
    Ok(3)
}

fn main() {}
