#[path = "../support.rs"]
mod support;

use resilience::{RetryBudget, retry};
use support::Error;

const BUDGET: RetryBudget = RetryBudget::new();

#[retry(budget = BUDGET)]
async fn call() -> Result<u32, Error> {
    Ok(3)
}

fn main() {}
