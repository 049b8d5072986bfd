use resilience::{Rejection, bulkhead};

const NONE: u32 = 0;

#[bulkhead(NONE, wait = 1s)]
async fn call() -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
