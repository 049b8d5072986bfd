#[path = "../support.rs"]
mod support;

use resilience::retry;
use support::Error;

type Answer = Result<u32, Error>;

fn is_empty(text: &String) -> bool {
    text.is_empty()
}

#[retry(when = is_empty)]
async fn call() -> Answer {
    Ok(3)
}

fn main() {}
