use resilience::{Rejection, bulkhead};

#[bulkhead(SLOTS)]
async fn call() -> Result<(), Rejection> {
    Ok(())
}

fn main() {}
