use resilience::{Rejection, bulkhead};

const SLOTS: usize = 100;

#[bulkhead(SLOTS)]
async fn call() -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
